/** What a user or group may do in a vault; each role includes those before it. */
export type VaultRole = (typeof roles)[number];

const roles = ["read", "read-write", "manage"] as const;

/** Permissions that a role is made of, by the names that all types of account know. */
export function permissionsOf(role: VaultRole): readonly BroadPermission[] {
  return broadPermissions.slice(0, roles.indexOf(role) + 1);
}

/**
 * How a holder's permissions have to change for exactly a role. `op` may list the broad names that
 * it was given or, in Business accounts, the granular ones that they stand for. Names unknown to
 * us are left alone.
 * @param held As `op` lists them.
 * @param role `undefined` for no access at all.
 */
export function planRole(held: readonly string[], role: VaultRole | undefined): RoleChange {
  if (role === undefined) return { grant: [], revokeAll: held.length > 0, revoke: [] };
  const wanted = permissionsOf(role);
  const allowed = new Set<string>([...wanted, ...wanted.flatMap((name) => granular[name])]);
  const isComplete = wanted.every((name) => holds(held, name));
  const known = new Set<string>([...broadPermissions, ...Object.values(granular).flat()]);
  return {
    grant: isComplete ? [] : wanted,
    revokeAll: false,
    revoke: held.filter((name) => known.has(name) && !allowed.has(name)),
  };
}

export interface RoleChange {
  /** Permissions to give, with all that they depend on. */
  readonly grant: readonly BroadPermission[];
  /** Permissions to take away, with all that depend on them. */
  readonly revoke: readonly string[];
  readonly revokeAll: boolean;
}

/** How to call what a holder may do: a role, or the permissions one by one. */
export function describePermissions(held: readonly string[]): string {
  if (held.length === 0) return "no access";
  const role = roles.find((candidate) => {
    const { grant, revoke } = planRole(held, candidate);
    return grant.length === 0 && revoke.length === 0;
  });
  return role ?? held.join(", ");
}

/** Whether permissions as `op` lists them include a broad one. */
export function holds(held: readonly string[], permission: BroadPermission): boolean {
  return held.includes(permission) || granular[permission].every((name) => held.includes(name));
}

export type BroadPermission = (typeof broadPermissions)[number];

/** The broad permissions, which together are full access; each depends on those before it. */
export const broadPermissions = ["allow_viewing", "allow_editing", "allow_managing"] as const;

/**
 * What the broad names stand for in Business accounts.
 * @see https://developer.1password.com/docs/cli/vault-permissions
 */
const granular: Readonly<Record<BroadPermission, readonly string[]>> = {
  allow_viewing: ["view_items", "view_and_copy_passwords", "view_item_history"],
  allow_editing: [
    "create_items",
    "edit_items",
    "archive_items",
    "delete_items",
    "import_items",
    "export_items",
    "copy_and_share_items",
    "print_items",
  ],
  allow_managing: ["manage_vault"],
};
