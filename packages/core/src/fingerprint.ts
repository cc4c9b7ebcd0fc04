import { createHash } from "node:crypto";

/**
 * Names a secret value without giving it away: SHA-256 of its UTF-8 bytes, 64 hexadecimal digits.
 * Safe for values that hold a random key, such as credentials files and Connect tokens; a password
 * that people chose could be guessed from it.
 */
export function fingerprint(value: string): string {
  return createHash("sha256").update(value, "utf8").digest("hex");
}
