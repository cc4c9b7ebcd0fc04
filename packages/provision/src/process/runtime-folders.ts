import { lstat } from "node:fs/promises";
import { tmpdir } from "node:os";

/**
 * The folders for what ends with its process, the best first: that of the user's session, which no
 * other user may enter and which goes with the session, and that of all users.
 */
export async function runtimeFolders(): Promise<readonly string[]> {
  const session = process.env.XDG_RUNTIME_DIR;
  return session && (await isOwnFolder(session)) ? [session, tmpdir()] : [tmpdir()];
}

/** Whether it is a folder of this user: others may leave folders, or links, of any name. */
export async function isOwnFolder(path: string): Promise<boolean> {
  const found = await lstat(path).catch(() => undefined);
  if (found?.isDirectory() !== true) return false;
  return process.getuid === undefined || found.uid === process.getuid();
}
