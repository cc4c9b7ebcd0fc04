import { ConnectError } from "./connect-error.ts";
import { hasCode } from "./has-code.ts";

/**
 * Does something that writes a file which a person named.
 * @throws `FILE_UNWRITABLE` if the file system refuses it, on a full disk for one.
 */
export async function writingFile<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw unwritable(path, error) ?? error;
  }
}

/** The error of a file that cannot be written; nothing if the cause is another one. */
export function unwritable(name: string, error: unknown): ConnectError | undefined {
  const known = reasons.find(([code]) => hasCode(error, code));
  if (known === undefined) return undefined;
  const [, reason, remedy] = known;
  return new ConnectError("FILE_UNWRITABLE", `${name} cannot be written: ${reason}.`, remedy);
}

const makeRoom = "Make room for it, or name another file.";
const letWrite = "Let this user write there, or name another file.";
const nameAnother = "Name another file.";

const reasons = [
  ["ENOSPC", "the disk is full", makeRoom],
  ["EDQUOT", "no more may be written to the disk", makeRoom],
  ["EROFS", "the disk is read-only", letWrite],
  ["EACCES", "this user may not", letWrite],
  ["EPERM", "this user may not", letWrite],
  ["EISDIR", "it is a folder", nameAnother],
  ["ENOENT", "its folder is not there", "Make its folder, or name another file."],
  ["ENOTDIR", "its folder is a file", nameAnother],
  // Of a folder that is to be made.
  ["EEXIST", "its folder is a file", nameAnother],
] as const;
