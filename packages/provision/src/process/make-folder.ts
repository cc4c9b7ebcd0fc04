import { mkdir, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { hasCode } from "@opconnect/core/has-code";

/**
 * Makes a folder, and those that it lies in, for this user alone; one that is there stays as it is.
 * Node.js's own `recursive` never ends where a file system says of a folder that is there that it is
 * not, such as `/proc` (seen with Node.js 20 and 24).
 * @throws What the file system says: `ENOENT` where it takes no folder.
 */
export async function makeFolder(path: string): Promise<void> {
  try {
    await makeOne(path);
  } catch (error) {
    if (!hasCode(error, "ENOENT") || dirname(path) === path) throw error;
    await makeFolder(dirname(path));
    await makeOne(path);
  }
}

async function makeOne(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    // Read-only file systems refuse a folder that is there with another reason.
    const found = await stat(path).catch(() => undefined);
    if (found?.isDirectory() !== true) throw error;
  }
}
