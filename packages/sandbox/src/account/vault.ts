import type { Account, Vault, VaultGrant } from "./account.ts";
import { newId, timestamp } from "./ids.ts";
import { type VaultPermission, vaultPermissions } from "./vault-permission.ts";

export interface NewVault {
  readonly name: string;
  readonly type?: Vault["type"];
  readonly description?: string | undefined;
  readonly icon?: string | undefined;
  readonly creatorId: string;
  readonly creatorKind?: "user" | "service-account";
  /** @default true */
  readonly allowAdminsToManage?: boolean;
}

/**
 * Adds a vault; a name may be taken by others. Its creator gets every permission, owners and
 * administrators the right to manage it, unless it is personal or that was refused.
 */
export function addVault(account: Account, vault: NewVault): Vault {
  const now = timestamp(new Date());
  const added: Vault = {
    id: newId(),
    name: vault.name,
    description: vault.description ?? "",
    ...(vault.icon === undefined ? {} : { icon: vault.icon }),
    type: vault.type ?? "USER_CREATED",
    creatorId: vault.creatorId,
    attributeVersion: 1,
    contentVersion: 1,
    createdAt: now,
    updatedAt: now,
    grants: firstGrants(account, vault),
  };
  account.vaults.push(added);
  return added;
}

/** Adds permissions to what the holder already has. */
export function grantPermissions(
  vault: Vault,
  holder: VaultGrant["holder"],
  holderId: string,
  permissions: readonly VaultPermission[],
): VaultGrant {
  const grant = findGrant(vault, holder, holderId) ?? { holder, holderId, permissions: [] };
  if (!vault.grants.includes(grant)) vault.grants.push(grant);
  const held = grant.permissions;
  grant.permissions = vaultPermissions.filter(
    (permission) => held.includes(permission) || permissions.includes(permission),
  );
  return grant;
}

/** Takes permissions away; without any named, all of them. */
export function revokePermissions(
  vault: Vault,
  holder: VaultGrant["holder"],
  holderId: string,
  permissions: readonly VaultPermission[] = vaultPermissions,
): void {
  const grant = findGrant(vault, holder, holderId);
  if (!grant) return;
  grant.permissions = grant.permissions.filter((held) => !permissions.includes(held));
  if (grant.permissions.length === 0) vault.grants.splice(vault.grants.indexOf(grant), 1);
}

export function findGrant(
  vault: Vault,
  holder: VaultGrant["holder"],
  holderId: string,
): VaultGrant | undefined {
  return vault.grants.find((grant) => grant.holder === holder && grant.holderId === holderId);
}

/** Removes a vault with its items; a Connect server keeps a grant that leads nowhere. */
export function removeVault(account: Account, { id }: Vault): void {
  removeWhere(account.vaults, (vault) => vault.id === id);
  removeWhere(account.items, (item) => item.vaultId === id);
}

/** Built-in vaults: every person's own and the one for everyone. */
export function isBuiltIn({ type }: Vault): boolean {
  return type === "PERSONAL" || type === "EVERYONE";
}

function firstGrants(account: Account, vault: NewVault): VaultGrant[] {
  const creator: VaultGrant = {
    holder: vault.creatorKind ?? "user",
    holderId: vault.creatorId,
    permissions: [...vaultPermissions],
  };
  const adminsManage = vault.type !== "PERSONAL" && vault.allowAdminsToManage !== false;
  const admins = account.groups.filter(
    ({ type }) => type === "OWNERS" || type === "ADMINISTRATORS",
  );
  const managing = admins.map(
    ({ id }): VaultGrant => ({ holder: "group", holderId: id, permissions: ["manage_vault"] }),
  );
  return adminsManage ? [creator, ...managing] : [creator];
}

function removeWhere<T>(list: T[], matches: (entry: T) => boolean): void {
  const kept = list.filter((entry) => !matches(entry));
  list.splice(0, list.length, ...kept);
}
