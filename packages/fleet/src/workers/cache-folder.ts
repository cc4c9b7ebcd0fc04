import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import envPaths from "env-paths";

/**
 * Folder under the user's cache folder, or `OPCONNECT_CACHE`, for what may be gone at any time.
 * @param name Of what is kept in it.
 */
export function cacheFolder(name: string): string {
  const base = process.env.OPCONNECT_CACHE || envPaths("opconnect", { suffix: "" }).cache;
  return join(base, name);
}

/** Removes the files of a folder that are too old to be of use. */
export async function tidyFolder(
  folder: string,
  maxAgeMs: number,
  now: () => number = Date.now,
): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const file = join(folder, name);
    const made = await stat(file).catch(() => undefined);
    if (made && now() - made.mtimeMs > maxAgeMs) await rm(file, { force: true });
  }
}
