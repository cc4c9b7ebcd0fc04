import { createHash, randomBytes } from "node:crypto";

/**
 * 26 characters of base32 for vaults, items, groups and tokens.
 * @see [S] recorded `op` output: vault and item ids are lower-case.
 */
export function newId(): string {
  return Array.from(randomBytes(26), (byte) => alphabet[byte % alphabet.length]).join("");
}

/** Users, service accounts, the account and Connect servers have upper-case ids. [S] op 2.33 */
export function newUpperCaseId(): string {
  return newId().toUpperCase();
}

export function isId(text: string): boolean {
  return /^[a-z0-9]{26}$/i.test(text);
}

/** Ids are compared without case, as different outputs of `op` write one id differently. */
export function isSameId(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

export function newBase64UrlKey(sizeBytes: number): string {
  return randomBytes(sizeBytes).toString("base64url");
}

export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** RFC 3339 in whole seconds, as `op` and Connect print times. */
export function timestamp(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}

const alphabet = "abcdefghijklmnopqrstuvwxyz234567";
