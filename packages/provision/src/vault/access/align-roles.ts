import type { OpCli } from "../../op/op-cli.ts";
import { isRefused } from "../../op/refusal.ts";
import type { OpVaultHolder, VaultHolder } from "../../op/vault-access.ts";
import { describePermissions, holds, planRole, type RoleChange, type VaultRole } from "./role.ts";

/** Who shall have access to a vault. Users and groups that are not named are never touched. */
export interface VaultAccessRequest {
  /**
   * Roles by name or id of a group.
   * @default - no group is touched
   */
  readonly groups?: Readonly<Record<string, VaultRole>> | undefined;
  /**
   * Roles by email or id of a user.
   * @default - no user is touched
   */
  readonly users?: Readonly<Record<string, VaultRole>> | undefined;
}

/** How the access of one user or group differs from what was asked for. */
export interface HolderChange extends RoleChange {
  readonly holder: VaultHolder;
  /** The difference in words, e.g. `"the group Auditors has manage, not read"`. */
  readonly drift: string;
}

/**
 * Brings the access of those named into line with their roles, and takes it from those who are not
 * named any more.
 * @param previous Who was named before.
 */
export async function alignRoles(
  vaultId: string,
  access: VaultAccessRequest,
  previous: VaultAccessRequest,
  op: OpCli,
): Promise<void> {
  await changeRoles(vaultId, await planRoles(vaultId, access, previous, op), op);
}

export async function changeRoles(
  vaultId: string,
  changes: readonly HolderChange[],
  op: OpCli,
): Promise<void> {
  for (const change of changes) {
    try {
      await changeRole(vaultId, change, op);
    } catch (error) {
      if (!isRefused(error) || !(await isDone(vaultId, change, op))) throw error;
    }
  }
}

async function changeRole(
  vaultId: string,
  { holder, grant, revoke, revokeAll }: HolderChange,
  op: OpCli,
): Promise<void> {
  // First what is missing: what is taken away could be what it depends on.
  if (grant.length > 0) await op.grantVaultAccess({ vaultId, holder, permissions: grant });
  if (revokeAll) await op.revokeVaultAccess({ vaultId, holder, permissions: [] });
  if (revoke.length > 0) await op.revokeVaultAccess({ vaultId, holder, permissions: revoke });
}

/** Whether a change that `op` refused is there all the same, made by another run or a person. */
async function isDone(
  vaultId: string,
  { holder, grant, revoke, revokeAll }: HolderChange,
  op: OpCli,
): Promise<boolean> {
  const held = heldBy(holder, await op.listVaultHolders(vaultId, holder.kind));
  if (revokeAll) return held.length === 0;
  return grant.every((name) => holds(held, name)) && !revoke.some((name) => held.includes(name));
}

/**
 * Whose access is another than asked for. Lists what they hold: `op` may refuse to take away what
 * is not there, and in a new vault its creator, owners and administrators hold something already.
 * @param previous Who was named before.
 */
export async function planRoles(
  vaultId: string,
  access: VaultAccessRequest,
  previous: VaultAccessRequest,
  op: OpCli,
): Promise<readonly HolderChange[]> {
  const changes: HolderChange[] = [];
  for (const kind of ["group", "user"] as const) {
    const [named, before] = [rolesOf(kind, access), rolesOf(kind, previous)];
    const names = [...new Set([...Object.keys(named), ...Object.keys(before)])];
    const rows = names.length === 0 ? [] : await op.listVaultHolders(vaultId, kind);
    for (const name of names) {
      const holder = { kind, name };
      const held = heldBy(holder, rows);
      const role = named[name];
      const change = planRole(held, role);
      if (change.grant.length === 0 && change.revoke.length === 0 && !change.revokeAll) continue;
      const drift = `the ${kind} ${name} has ${describePermissions(held)}, not ${role ?? "no access"}`;
      changes.push({ ...change, holder, drift });
    }
  }
  // Access may pass from one holder to another: it is given before it is taken.
  return changes.sort((one, other) => Number(one.revokeAll) - Number(other.revokeAll));
}

function rolesOf(kind: VaultHolder["kind"], { groups = {}, users = {} }: VaultAccessRequest) {
  return kind === "group" ? groups : users;
}

function heldBy(holder: VaultHolder, rows: readonly OpVaultHolder[]): readonly string[] {
  return rows.find((row) => isRowOf(row, holder))?.permissions ?? [];
}

/** Emails and ids are compared without case, as 1Password does. */
function isRowOf({ id, name, email = "" }: OpVaultHolder, holder: VaultHolder): boolean {
  if (holder.kind === "group" && name === holder.name) return true;
  return [id, email].some((known) => known.toLowerCase() === holder.name.toLowerCase());
}
