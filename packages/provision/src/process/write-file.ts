import { randomUUID } from "node:crypto";
import { constants, copyFile, link, open, readFile, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { hasCode, unlessCode } from "@opconnect/core/has-code";
import { makeFolder } from "./make-folder.ts";

/**
 * Writes a file whole or not at all, so that only this user can read it.
 * @param draftEnding End of the name of the file beside it that a killed process leaves behind.
 */
export async function writeWhole(
  path: string,
  content: string | Uint8Array,
  draftEnding = ".tmp",
): Promise<void> {
  const draft = await writeBeside(path, content, draftEnding);
  try {
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

/**
 * Changes a text file whole, or not at all: `edit` gets what it holds, `undefined` where it is not
 * there. If that changes before the file is replaced, it gets the change, too.
 * @throws If the file does not stand still.
 */
export async function editWhole(
  path: string,
  edit: (text: string | undefined) => string,
): Promise<void> {
  const read = () => unlessAbsent(() => readFile(path, "utf8"));
  let text = await read();
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const edited = edit(text);
    if (edited === text) return;
    const draft = await writeBeside(path, edited, ".tmp");
    const latest = await read();
    if (latest === text) {
      await rename(draft, path);
      return;
    }
    await rm(draft, { force: true });
    text = latest;
  }
  throw new Error(`Another program changes ${path} all the time.`);
}

/** Writes a file whole unless there is one already; of two who do it at once, one is told `false`. */
export async function writeOnce(path: string, content: string): Promise<boolean> {
  const draft = await writeBeside(path, content, ".tmp");
  try {
    // Unlike a rename, a link never replaces a file.
    const isLinked = await unlessCode(withoutLinks, () => link(draft, path).then(() => true));
    if (isLinked !== true) await copyFile(draft, path, constants.COPYFILE_EXCL);
    return true;
  } catch (error) {
    if (hasCode(error, "EEXIST")) return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

/**
 * What a file system says that has no hard links, such as exFAT and some network drives. There, who
 * looks in the middle of a copy sees half of it.
 */
const withoutLinks = ["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"];

/** `undefined` where there is no such file or folder. */
export function unlessAbsent<T>(work: () => Promise<T>): Promise<T | undefined> {
  return unlessCode(["ENOENT", "ENOTDIR"], work);
}

async function writeBeside(path: string, content: string | Uint8Array, draftEnding: string) {
  await makeFolder(dirname(path));
  const draft = `${path}.${randomUUID()}${draftEnding}`;
  const file = await open(draft, "wx", 0o600);
  try {
    await file.writeFile(content);
    await file.sync();
    return draft;
  } catch (error) {
    // Of a full disk, no more is taken.
    await rm(draft, { force: true });
    throw error;
  } finally {
    await file.close();
  }
}
