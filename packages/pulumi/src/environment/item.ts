import { ConnectError, isConnectError } from "@opconnect/core/connect-error";
import { itemPath } from "@opconnect/core/item-path";
import { itemReference } from "../components/item-reference.ts";
import type { OnePasswordItemArgs } from "../components/onepassword-item.ts";

/** An item of 1Password that becomes a Kubernetes Secret. */
export interface EnvironmentItem extends Pick<OnePasswordItemArgs, "type"> {
  /** Namespace of the Secret. */
  readonly namespace: string;
  /**
   * Key of the environment's vault that holds the item.
   * @default - the vault that `link` names
   */
  readonly vault?: string | undefined;
  /**
   * Title or id of the item.
   * @default - the item that `link` names
   */
  readonly item?: string | undefined;
  /**
   * Private link of the item ("Copy Private Link"), instead of `vault` and `item`. It has to lie in
   * one of the environment's vaults. Never a public link.
   * @default - `vault` and `item` name the item
   * @see https://support.1password.com/item-links/
   */
  readonly link?: string | undefined;
}

/**
 * Checks an item by all that is known before a resource is made. Errors name the item: a link,
 * unlike a title, is never quoted.
 * @param covered Keys of the vaults that the operator's token may use.
 * @throws `VAULT_KEY_UNKNOWN`, `TOKEN_SCOPE_INVALID`, `ITEM_PATH_INVALID`, `SHARE_LINK_INVALID`, `ARGUMENT_INVALID`.
 */
export function checkItem(
  key: string,
  item: EnvironmentItem,
  vaultKeys: readonly string[],
  covered: readonly string[],
): void {
  const { vault } = item;
  if (vault !== undefined && !vaultKeys.includes(vault)) {
    throw new ConnectError(
      "VAULT_KEY_UNKNOWN",
      `\`items.${key}.vault\` is "${vault}", which is none of the environment's vaults.`,
      `Use one of ${vaultKeys.join(", ")}, or add it to \`vaults\`.`,
    );
  }
  if (vault !== undefined && !covered.includes(vault)) {
    throw new ConnectError(
      "TOKEN_SCOPE_INVALID",
      `\`items.${key}.vault\` is "${vault}", which the operator's Connect token does not cover.`,
      "Name the vault in `tokens.operator.vaults` too, or leave those out: then it covers all.",
    );
  }
  try {
    itemPath(itemReference(item));
  } catch (error) {
    if (!isConnectError(error)) throw error;
    throw new ConnectError(error.code, `\`items.${key}\`: ${error.happened}`, error.remedy);
  }
}
