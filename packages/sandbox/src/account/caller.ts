import type { Account, ServiceAccount, User, Vault } from "./account.ts";
import { permissionBundles, type VaultPermission, vaultPermissions } from "./vault-permission.ts";

/** Who runs `op`: a signed-in person or a service account. */
export type Caller =
  | { readonly kind: "person"; readonly user: User }
  | { readonly kind: "service-account"; readonly serviceAccount: ServiceAccount };

export function callerId(caller: Caller): string {
  return caller.kind === "person" ? caller.user.id : caller.serviceAccount.id;
}

/** What the caller may do in a vault, by own grants and by those of their groups. */
export function permissionsIn(
  account: Account,
  vault: Vault,
  caller: Caller,
): readonly VaultPermission[] {
  const id = callerId(caller);
  const groupIds = groupsOf(account, id);
  const held = vault.grants
    .filter(({ holder, holderId }) =>
      holder === "group" ? groupIds.includes(holderId) : holderId === id,
    )
    .flatMap(({ permissions }) => permissions);
  return vaultPermissions.filter((permission) => held.includes(permission));
}

export function canRead(account: Account, vault: Vault, caller: Caller): boolean {
  return permissionsIn(account, vault, caller).includes("view_items");
}

export function canManage(account: Account, vault: Vault, caller: Caller): boolean {
  return permissionsIn(account, vault, caller).includes("manage_vault");
}

/** Granting a vault to Connect takes the right to read, to change and to manage it. */
export function hasFullAccess(account: Account, vault: Vault, caller: Caller): boolean {
  const held = permissionsIn(account, vault, caller);
  return fullAccess.every((permission) => held.includes(permission));
}

/**
 * Owners, administrators and the groups listed as Secrets Automation managers, be it for everything
 * or for one server. Service accounts never.
 * @see https://developer.1password.com/docs/connect/get-started/
 */
export function managesSecretsAutomation(
  account: Account,
  caller: Caller,
  serverId?: string,
): boolean {
  if (caller.kind === "service-account") return false;
  const groupIds = groupsOf(account, caller.user.id);
  return (
    isAdministrator(account, caller) ||
    account.secretsAutomationManagers.some(
      (manager) =>
        groupIds.includes(manager.groupId) &&
        (manager.serverId === undefined || manager.serverId === serverId),
    )
  );
}

export function isAdministrator(account: Account, caller: Caller): boolean {
  return account.groups.some(
    ({ type, memberIds }) =>
      (type === "OWNERS" || type === "ADMINISTRATORS") && memberIds.includes(callerId(caller)),
  );
}

function groupsOf(account: Account, userId: string): readonly string[] {
  return account.groups.filter(({ memberIds }) => memberIds.includes(userId)).map(({ id }) => id);
}

const fullAccess = [
  ...(permissionBundles.allow_viewing ?? []),
  ...(permissionBundles.allow_editing ?? []),
  ...(permissionBundles.allow_managing ?? []),
];
