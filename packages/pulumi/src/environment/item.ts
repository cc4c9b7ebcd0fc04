import { ConnectError } from "@opconnect/core/connect-error";
import type * as pulumi from "@pulumi/pulumi";
import * as z from "zod/mini";
import { type ItemNaming, itemFields, namedOnce } from "../components/onepassword-item.ts";
import { namespace, purpose } from "../input/names.ts";
import { fields, input } from "../input/schema.ts";

/** An item of 1Password that becomes a Kubernetes Secret. */
export interface EnvironmentItem extends ItemNaming {
  /** Namespace of the Secret. */
  readonly namespace: pulumi.Input<string>;
  /**
   * Key of the environment's vault that holds the item; a `link` has to lead into one of them. Plain.
   * @default - the vault that `link` names
   */
  readonly vault?: string | undefined;
}

/** Checks an item by itself. A link, unlike a title, is never quoted. */
export const itemSchema = namedOnce(
  fields<EnvironmentItem>(() => ({
    ...itemFields(),
    namespace: input(namespace),
    vault: z.optional(purpose),
  })),
);

/**
 * Checks that the vault of an item is the environment's, and within the operator's reach.
 * @param covered Keys of the vaults that the operator's token may use.
 * @throws `VAULT_KEY_UNKNOWN`, `TOKEN_SCOPE_INVALID`.
 */
export function checkItem(
  key: string,
  { vault }: EnvironmentItem,
  vaultKeys: readonly string[],
  covered: readonly string[],
): void {
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
}
