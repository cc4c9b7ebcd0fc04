import { isConnectError } from "@opconnect/core";
import type { OpCli } from "../../op/op-cli.ts";
import type { OpVault } from "../../op/vaults.ts";
import { type BroadPermission, holds } from "./role.ts";

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
  try {
    return await op.listVaults({ permission });
  } catch (error) {
    // Not all accounts need to know this name as a filter, and then nothing tells.
    if (isConnectError(error) && error.code === "OP_FAILED") return undefined;
    throw error;
  }
}

/**
 * Names of the users and groups that manage a vault and so can give access to it; none where `op`
 * does not tell.
 */
export async function listVaultManagers(vaultId: string, op: OpCli): Promise<readonly string[]> {
  const managers: string[] = [];
  for (const kind of ["group", "user"] as const) {
    try {
      for (const { name, email, permissions } of await op.listVaultHolders(vaultId, kind)) {
        if (!holds(permissions, "allow_managing")) continue;
        managers.push(kind === "group" ? `the group ${name}` : (email ?? name));
      }
    } catch (error) {
      if (!isConnectError(error)) throw error;
    }
  }
  return managers;
}
