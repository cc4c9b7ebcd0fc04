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
  const reason = reasons.find(([code]) => hasCode(error, code))?.[1];
  if (reason === undefined) return undefined;
  return new ConnectError(
    "FILE_UNWRITABLE",
    `${name} cannot be written: ${reason}.`,
    "Make room for it, or name another file.",
  );
}

const reasons = [
  ["ENOSPC", "the disk is full"],
  ["EDQUOT", "no more may be written to the disk"],
  ["EROFS", "the disk is read-only"],
  ["EACCES", "this user may not"],
  ["EPERM", "this user may not"],
  ["EISDIR", "it is a folder"],
  ["ENOENT", "its folder is not there"],
  ["ENOTDIR", "its folder is a file"],
  // Of a folder that is to be made.
  ["EEXIST", "its folder is a file"],
] as const;
