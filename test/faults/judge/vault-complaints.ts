import type { VaultWorld } from "./account-world.ts";

/** What a vault shall look like, and who shall have access to it. */
export interface ExpectedVault {
  readonly title: string;
  readonly description: string;
  /** Roles by name of a group or email of a user. */
  readonly access: Readonly<Record<string, keyof typeof permissionsOf>>;
}

/** What the roles are, said a second time: what our own code makes of them is on trial. */
const reading = ["view_items", "view_and_copy_passwords", "view_item_history"];
const writing = [
  ...["create_items", "edit_items", "archive_items", "delete_items"],
  ...["import_items", "export_items", "copy_and_share_items", "print_items"],
];
const permissionsOf = {
  read: reading,
  "read-write": [...reading, ...writing],
  manage: [...reading, ...writing, "manage_vault"],
} as const;

/** What is not as it should be of the vaults that there are. */
export function vaultComplaints(
  found: readonly VaultWorld[],
  expected: readonly ExpectedVault[],
): readonly string[] {
  return expected.flatMap(({ title, description, access }) => {
    const vault = found.find(({ name }) => name === title);
    if (vault === undefined) return [];
    const holders = new Set([...Object.keys(access), ...Object.keys(vault.access)]);
    return [
      ...(vault.description === description
        ? []
        : [`${title} is described as "${vault.description}"; should be: "${description}"`]),
      ...[...holders].flatMap((holder) => {
        const role = access[holder];
        const wanted = role === undefined ? [] : permissionsOf[role];
        const held = vault.access[holder] ?? [];
        if ([...held].sort().join() === [...wanted].sort().join()) return [];
        const now = held.length === 0 ? "nothing" : held.join(", ");
        return [`${holder} may do ${now} in ${title}; should be: ${role ?? "nothing"}`];
      }),
    ];
  });
}
