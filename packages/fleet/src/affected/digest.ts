import { createHash } from "node:crypto";

/** SHA-256, hex, of parts, of which none can be taken for the end of the one before. */
export function digest(parts: readonly (string | Buffer)[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(`${part.length}\n`).update(part);
  return hash.digest("hex");
}
