import { isConnectError } from "@opconnect/core";
import type { OpCli } from "../../op/op-cli.ts";
import type { OpVaultHolder, VaultHolder } from "../../op/vault-access.ts";
import { describePermissions, planRole, type VaultRole } from "./role.ts";

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

/**
 * Brings the access of those named into line with their roles, and takes it from those who are not
 * named any more. Lists what they hold first: `op` may refuse to take away what nobody has, and in
 * a new vault its creator, owners and administrators hold something already.
 * @param previous Who was named before.
 */
export async function bringRolesIntoLine(
  vaultId: string,
  access: VaultAccessRequest,
  previous: VaultAccessRequest,
  op: OpCli,
): Promise<void> {
  await carryOut(vaultId, await compareRoles(vaultId, access, previous, op), op);
}

/**
 * Brings the access of those named into line where `op` lets that be seen. A run that cannot use
 * `op` trusts that whoever stored the vault's id did so before.
 */
export async function bringRolesIntoLineIfSeen(
  vaultId: string,
  access: VaultAccessRequest,
  op: OpCli,
): Promise<void> {
  let compared: readonly ComparedRole[];
  try {
    compared = await compareRoles(vaultId, access, {}, op);
  } catch (error) {
    if (isConnectError(error) && error.code.startsWith("OP_")) return;
    throw error;
  }
  await carryOut(vaultId, compared, op);
}

async function carryOut(
  vaultId: string,
  compared: readonly ComparedRole[],
  op: OpCli,
): Promise<void> {
  for (const { holder, role, held } of compared) {
    const { grant, revoke, revokeAll } = planRole(held, role);
    // First what is missing: what is taken away could be what it depends on.
    if (grant.length > 0) await op.grantVaultAccess({ vaultId, holder, permissions: grant });
    if (revokeAll) await op.revokeVaultAccess({ vaultId, holder, permissions: [] });
    if (revoke.length > 0) await op.revokeVaultAccess({ vaultId, holder, permissions: revoke });
  }
}

/** Says whose access is another than asked for, one text for each; changes nothing. */
export async function listRoleDrift(
  vaultId: string,
  access: VaultAccessRequest,
  op: OpCli,
): Promise<readonly string[]> {
  const compared = await compareRoles(vaultId, access, {}, op);
  return compared.flatMap(({ holder, role, held }) => {
    const { grant, revoke } = planRole(held, role);
    if (grant.length === 0 && revoke.length === 0) return [];
    return [`the ${holder.kind} ${holder.name} has ${describePermissions(held)}, not ${role}`];
  });
}

interface ComparedRole {
  readonly holder: VaultHolder;
  /** None for those who are not named any more. */
  readonly role?: VaultRole;
  /** Permissions as `op` lists them. */
  readonly held: readonly string[];
}

async function compareRoles(
  vaultId: string,
  access: VaultAccessRequest,
  previous: VaultAccessRequest,
  op: OpCli,
): Promise<readonly ComparedRole[]> {
  const named = holdersOf(access);
  const isNamed = ({ holder }: { holder: VaultHolder }) =>
    named.some((other) => other.holder.kind === holder.kind && isSame(other.holder, holder));
  const dropped = holdersOf(previous)
    .filter((entry) => !isNamed(entry))
    .map(({ holder }) => ({ holder }));
  const concerned: readonly { holder: VaultHolder; role?: VaultRole }[] = [...named, ...dropped];
  const listed = new Map<VaultHolder["kind"], readonly OpVaultHolder[]>();
  for (const kind of ["group", "user"] as const) {
    const isAsked = concerned.some(({ holder }) => holder.kind === kind);
    if (isAsked) listed.set(kind, await op.listVaultHolders(vaultId, kind));
  }
  return concerned.map((entry) => {
    const rows = listed.get(entry.holder.kind) ?? [];
    return { ...entry, held: rows.find((row) => isRowOf(row, entry.holder))?.permissions ?? [] };
  });
}

function holdersOf({ groups = {}, users = {} }: VaultAccessRequest) {
  const entriesOf = (kind: VaultHolder["kind"], roles: Readonly<Record<string, VaultRole>>) =>
    Object.entries(roles).map(([name, role]) => ({ holder: { kind, name }, role }));
  return [...entriesOf("group", groups), ...entriesOf("user", users)];
}

/** Emails and ids are compared without case, as 1Password does. */
function isRowOf({ id, name, email = "" }: OpVaultHolder, holder: VaultHolder): boolean {
  if (holder.kind === "group" && name === holder.name) return true;
  return [id, email].some((known) => known.toLowerCase() === holder.name.toLowerCase());
}

function isSame(one: VaultHolder, other: VaultHolder): boolean {
  return one.name === other.name;
}
