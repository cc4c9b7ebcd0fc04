import type { OpCli } from "../../op/op-cli.ts";
import { listVaultManagers, type VaultRights } from "./own-rights.ts";
import { broadPermissions } from "./role.ts";

/** What a person lacks in a vault, in words. */
export interface VaultShortfall {
  readonly happened: string;
  readonly remedy: string;
}

/**
 * Says what the person signed in lacks in a vault, who can give it, and by which command;
 * `undefined` if they lack nothing.
 * @param email Of the person signed in.
 */
export async function describeShortfall(
  vault: { readonly id: string; readonly title?: string | undefined },
  rights: VaultRights,
  email: string | undefined,
  op: OpCli,
): Promise<VaultShortfall | undefined> {
  const missing = rights.missing(vault.id);
  if (missing.length === 0) return undefined;
  const listed = rights.vaults.find(({ id }) => id === vault.id.toLowerCase());
  const title = listed?.name ?? vault.title;
  const name = title === undefined ? `the vault ${vault.id}` : `the vault "${title}" (${vault.id})`;
  const command = `\`op vault user grant --vault ${vault.id.toLowerCase()} --user ${email ?? "<your email>"} --permissions ${broadPermissions.join(",")} --no-input\``;
  if (listed === undefined) {
    return {
      happened: `\`op\` shows you nothing of ${name}: it does not exist, or you have no access to it.`,
      remedy: `If it exists, an owner or administrator of the account, or somebody who manages it, gives you full access: ${command}.`,
    };
  }
  const happened = `You lack ${missing.join(" and ")} in ${name}; whoever mints needs full access.`;
  if (!missing.includes("allow_managing")) {
    return { happened, remedy: `You manage it, so you can give yourself the rest: ${command}.` };
  }
  const managers = await listVaultManagers(vault.id, op);
  const who =
    managers.length === 0
      ? "An owner or administrator of the account, or somebody who manages it,"
      : `Somebody who manages it (${managers.join(", ")})`;
  return { happened, remedy: `${who} gives it to you: ${command}.` };
}
