import type { EnvironmentNames } from "@opconnect/core";
import { ConnectError, isConnectError } from "@opconnect/core/connect-error";
import { itemPath } from "@opconnect/core/item-path";
import { type ItemNaming, itemReference } from "../components/onepassword-item.ts";

/** An item of 1Password that becomes a Kubernetes Secret. */
export interface EnvironmentItem extends ItemNaming<string> {
  /** Namespace of the Secret. */
  readonly namespace: string;
  /**
   * Key of the environment's vault that holds the item; a `link` has to lead into one of them.
   * @default - the vault that `link` names
   */
  readonly vault?: string | undefined;
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

/**
 * Refuses an item whose Secret would be one of the environment's own: the operator would overwrite
 * its own token.
 * @throws `CONVENTION_COLLISION`.
 */
export function checkSecretName(
  key: string,
  { namespace }: EnvironmentItem,
  names: EnvironmentNames,
): void {
  const own = [names.clusterCredentialsSecret, names.clusterTokenSecret];
  if (namespace !== names.namespace || !own.includes(key)) return;
  throw new ConnectError(
    "CONVENTION_COLLISION",
    `\`items.${key}\` would overwrite the Secret ${key} in the namespace ${namespace}, which holds credentials of the environment.`,
    "Give the item another key, or put it into another namespace.",
  );
}
