import { unlessOpFails } from "../../op/object-state.ts";
import type { OpCli } from "../../op/op-cli.ts";
import { unlessRefused } from "../../op/refusal.ts";
import type { OpVault } from "../../op/vaults.ts";
import { type BroadPermission, broadPermissions, holds } from "./role.ts";

/** What the person signed in may do in the vaults of the account. */
export interface VaultRights {
  /** All vaults seen in any of the lists. */
  readonly vaults: readonly OpVault[];
  /** What of full access the person lacks in a vault. */
  missing(vaultId: string): readonly BroadPermission[];
}

/**
 * Finds out what the person signed in may do, by the lists of vaults that `op` filters by
 * permission; nothing shows it for one vault, as rights come through groups too.
 * @param lists Which to ask for; what is not asked is not missed.
 */
export async function listVaultRights(
  op: OpCli,
  lists: readonly BroadPermission[],
): Promise<VaultRights> {
  const seen = new Map<string, OpVault>();
  const holding = new Map<BroadPermission, ReadonlySet<string>>();
  for (const permission of lists) {
    const vaults = await listVaultsWith(permission, op);
    if (vaults === undefined) continue;
    for (const vault of vaults) seen.set(vault.id, vault);
    holding.set(permission, new Set(vaults.map(({ id }) => id)));
  }
  return {
    vaults: [...seen.values()],
    missing: (vaultId) =>
      lists.filter((permission) => holding.get(permission)?.has(vaultId.toLowerCase()) === false),
  };
}

async function listVaultsWith(permission: BroadPermission, op: OpCli) {
  if (permission === "allow_viewing") return op.listVaults();
  if (permission === "allow_managing") return op.listManagedVaults();
  // Not all accounts need to know this name as a filter, and then nothing tells.
  return unlessRefused(() => op.listVaults({ permission }));
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
): Promise<{ readonly happened: string; readonly remedy: string } | undefined> {
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
  const managers = await listManagers(vault.id, op);
  const who =
    managers.length === 0
      ? "An owner or administrator of the account, or somebody who manages it,"
      : `Somebody who manages it (${managers.join(", ")})`;
  return { happened, remedy: `${who} gives it to you: ${command}.` };
}

/** Names of those who can give access to a vault; none where `op` does not tell. */
async function listManagers(vaultId: string, op: OpCli): Promise<readonly string[]> {
  const managers: string[] = [];
  for (const kind of ["group", "user"] as const) {
    const holders = (await unlessOpFails(() => op.listVaultHolders(vaultId, kind))) ?? [];
    for (const { name, email, permissions } of holders) {
      if (!holds(permissions, "allow_managing")) continue;
      managers.push(kind === "group" ? `the group ${name}` : (email ?? name));
    }
  }
  return managers;
}
