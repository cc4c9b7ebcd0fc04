import { constants, type Stats } from "node:fs";
import { lstat, open, readdir, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { makeFolder } from "@opconnect/provision/make-folder";
import { writeWhole } from "@opconnect/provision/write-file";
import envPaths from "env-paths";

/**
 * Folder under the user's cache folder, or `OPCONNECT_CACHE`, for what may be gone at any time.
 * @param name Of what is kept in it.
 */
export function cacheFolder(name: string): string {
  const base = process.env.OPCONNECT_CACHE || envPaths("opconnect", { suffix: "" }).cache;
  return join(base, name);
}

/** A file of a cache. */
interface CachedFile {
  readonly text: string;
  readonly madeAt: Date;
}

/**
 * Reads a file of a cache. What another user could have put there is as nothing: a kept program is
 * run, and a kept report believed.
 */
export async function readCached(file: string): Promise<CachedFile | undefined> {
  if (!(await isPrivate(dirname(file)))) return undefined;
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const opened = await open(file, flags).catch(() => undefined);
  if (opened === undefined) return undefined;
  try {
    const made = await opened.stat();
    if (!made.isFile() || !isOurs(made) || made.size > MAX_BYTES) return undefined;
    return { text: await opened.readFile("utf8"), madeAt: made.mtime };
  } catch {
    return undefined;
  } finally {
    await opened.close();
  }
}

/** Writes a file of a cache. One that cannot be written, on a full disk for one, is none. */
export async function writeCached(file: string, text: string): Promise<void> {
  try {
    await makeFolder(dirname(file));
    if (await isPrivate(dirname(file))) await writeWhole(file, text);
  } catch {
    // A cache is never needed.
  }
}

/** Removes the files of a cache that are too old to be of use, and no others. */
export async function tidyFolder(
  folder: string,
  maxAgeMs: number,
  now: () => number = Date.now,
): Promise<void> {
  if (!(await isPrivate(folder))) return;
  for (const name of await readdir(folder).catch(() => [])) {
    if (!ownName.test(name)) continue;
    const file = join(folder, name);
    const made = await lstat(file).catch(() => undefined);
    if (made?.isFile() && now() - made.mtimeMs > maxAgeMs) {
      await rm(file, { force: true }).catch(() => {});
    }
  }
}

/** What is kept, and the drafts that a killed process left. */
const ownName = /^[0-9a-f]{64}\.json(\.[0-9a-f-]+\.tmp)?$/;

/** Whether nobody else can put anything into a folder, nor another folder in its place. */
async function isPrivate(folder: string): Promise<boolean> {
  try {
    const [itself, above] = await Promise.all([lstat(folder), stat(dirname(folder))]);
    const isSticky = (above.mode & 0o1000) !== 0;
    const isOpen = (above.mode & 0o002) !== 0 && !isSticky;
    const isOfTrust = process.getuid === undefined || [process.getuid(), 0].includes(above.uid);
    return itself.isDirectory() && isOurs(itself) && isOfTrust && !isOpen;
  } catch {
    return false;
  }
}

/** Whether it is this user's, and nobody else may write to it; told only where there are users. */
function isOurs({ uid, mode }: Stats): boolean {
  return process.getuid === undefined || (uid === process.getuid() && (mode & 0o022) === 0);
}

const MAX_BYTES = 100 * 2 ** 20;
