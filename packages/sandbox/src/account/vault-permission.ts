/**
 * The granular permissions of a 1Password Business account.
 * @see https://developer.1password.com/docs/cli/vault-permissions/
 */
export const vaultPermissions = [
  "view_items",
  "view_and_copy_passwords",
  "view_item_history",
  "create_items",
  "edit_items",
  "archive_items",
  "delete_items",
  "import_items",
  "export_items",
  "copy_and_share_items",
  "print_items",
  "manage_vault",
] as const;

export type VaultPermission = (typeof vaultPermissions)[number];

/** The three names of Teams and Families accounts, each a bundle of granular ones. */
export const permissionBundles: Readonly<Record<string, readonly VaultPermission[]>> = {
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

/** Plans differ in which permissions they know: only Business has the granular ones. [D] */
export type AccountType = "BUSINESS" | "TEAMS" | "FAMILIES";

/** Granular permissions that a name stands for; undefined if such an account has no such name. */
export function expandPermission(
  name: string,
  type: AccountType = "BUSINESS",
): readonly VaultPermission[] | undefined {
  const granular = vaultPermissions.find((permission) => permission === name);
  return granular && type === "BUSINESS" ? [granular] : permissionBundles[name];
}

/** How an account of this type lists permissions. [?] that Business never lists the bundles. */
export function renderPermissions(
  permissions: readonly VaultPermission[],
  type: AccountType,
): readonly string[] {
  if (type === "BUSINESS") return permissions;
  const bundles = Object.entries(permissionBundles);
  const held = bundles.filter(([, granular]) =>
    granular.some((each) => permissions.includes(each)),
  );
  return held.map(([name]) => name);
}

/** What must be granted along with `permissions`, and is not among them. */
export function missingDependencies(
  permissions: readonly VaultPermission[],
): readonly VaultPermission[] {
  const closed = new Set<VaultPermission>();
  const add = (permission: VaultPermission): void => {
    closed.add(permission);
    for (const needed of needs[permission] ?? []) add(needed);
  };
  for (const permission of permissions) add(permission);
  return vaultPermissions.filter(
    (permission) => closed.has(permission) && !permissions.includes(permission),
  );
}

/** What stays behind without its ground when `revoked` is taken from `held`. */
export function orphanedPermissions(
  held: readonly VaultPermission[],
  revoked: readonly VaultPermission[],
): readonly VaultPermission[] {
  const kept = held.filter((permission) => !revoked.includes(permission));
  return kept.filter((permission) =>
    missingDependencies([permission]).some((needed) => revoked.includes(needed)),
  );
}

const needs: Partial<Record<VaultPermission, readonly VaultPermission[]>> = {
  view_and_copy_passwords: ["view_items"],
  view_item_history: ["view_and_copy_passwords"],
  create_items: ["view_items"],
  edit_items: ["view_and_copy_passwords"],
  archive_items: ["edit_items"],
  delete_items: ["edit_items"],
  import_items: ["create_items"],
  export_items: ["view_item_history"],
  copy_and_share_items: ["view_item_history"],
  print_items: ["view_item_history"],
};
