/** Vaults are spread over several tags: one holds 256 characters, some six vaults. */
export const vaultTagKeys = [
  "opconnect:vaults",
  "opconnect:vaults-2",
  "opconnect:vaults-3",
  "opconnect:vaults-4",
  "opconnect:vaults-5",
  "opconnect:vaults-6",
  "opconnect:vaults-7",
  "opconnect:vaults-8",
] as const;

/**
 * Keys of all tags that are written with a value, and go when the next value is written. Who
 * manages the secret itself must leave exactly these alone. This file imports nothing: programs
 * load it at every preview.
 */
export const storeTagKeys = [
  "opconnect:schema",
  "opconnect:fingerprint",
  "opconnect:revision",
  "opconnect:name",
  "opconnect:server-id",
  "opconnect:token-id",
  "opconnect:account-id",
  "opconnect:minted-at",
  "opconnect:expires-at",
  "opconnect:rotate",
  "opconnect:claim",
  "opconnect:minting",
  "opconnect:retired",
  ...vaultTagKeys,
] as const;

/** Marks a secret that was there before opconnect used it: it is never deleted. */
export const adoptedTagKey = "opconnect:adopted";
