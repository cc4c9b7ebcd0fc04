/** What a Connect token may do in a vault. */
export type VaultAccess = "read" | "read-write";

/**
 * The number that stands for an access in a Connect token's claims. Observed with `op` 2.33, not
 * documented.
 */
export const vaultAcl: Readonly<Record<VaultAccess, number>> = { read: 48, "read-write": 496 };

/** The access a number in a Connect token's claims stands for. */
export function parseVaultAcl(acl: number): VaultAccess | "unknown" {
  if (acl === vaultAcl.read) return "read";
  return acl === vaultAcl["read-write"] ? "read-write" : "unknown";
}
