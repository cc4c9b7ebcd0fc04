import { ConnectError } from "@opconnect/core/connect-error";
import type { ConnectEnvironmentArgs } from "./args.ts";

/**
 * Checks that each vault that an item or a rule of access names is the environment's, and within the
 * operator's reach.
 * @param covered Keys of the vaults that the operator's token may use.
 * @throws `VAULT_KEY_UNKNOWN`, `TOKEN_SCOPE_INVALID`.
 */
export function checkVaultKeys(
  { items = {}, itemAccess }: Pick<ConnectEnvironmentArgs, "items" | "itemAccess">,
  vaultKeys: readonly string[],
  covered: readonly string[],
): void {
  const { rules = [] } = itemAccess === false ? {} : (itemAccess ?? {});
  const named = [
    ...Object.entries(items).map(([key, { vault }]) => [`items.${key}.vault`, vault] as const),
    ...rules.flatMap(({ vaults }, at) =>
      vaults.map((vault, index) => [`itemAccess.rules[${at}].vaults[${index}]`, vault] as const),
    ),
  ];
  for (const [field, vault] of named) {
    if (vault === undefined) continue;
    if (!vaultKeys.includes(vault)) {
      throw new ConnectError(
        "VAULT_KEY_UNKNOWN",
        `\`${field}\` is "${vault}", which is none of the environment's vaults.`,
        `Use one of ${vaultKeys.join(", ")}, or add it to \`vaults\`.`,
      );
    }
    if (!covered.includes(vault)) {
      throw new ConnectError(
        "TOKEN_SCOPE_INVALID",
        `\`${field}\` is "${vault}", which the operator's Connect token does not cover.`,
        "Name the vault in `tokens.operator.vaults` too, or leave those out: then it covers all.",
      );
    }
  }
}
