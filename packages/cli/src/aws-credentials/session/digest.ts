/**
 * A short name for a text, fit for files and fields. What computes it is loaded when it is asked for:
 * a hit in the item's cache needs none of it, and all else of a hit takes no longer to load.
 */
export function digest(text: string): string {
  const { createHash } = process.getBuiltinModule("node:crypto");
  return createHash("sha256").update(text).digest("hex").slice(0, 24);
}
