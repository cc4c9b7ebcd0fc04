import { open, rm, stat } from "node:fs/promises";
import { hostname } from "node:os";
import { dirname } from "node:path";
import { hasCode } from "@opconnect/core/has-code";
import { makeFolder } from "./make-folder.ts";
import { unlessAbsent } from "./write-file.ts";

/** A lock that this process has. */
export interface FileLock {
  /** Gives it back, and removes its file. */
  release(): Promise<void>;
}

/**
 * Takes a lock unless another has it, in this process or in another. The operating system keeps it:
 * it is never taken from a process that lives, however long that was stopped, and ends with it. The
 * file only shows people who has it.
 * @returns `undefined` if another has it.
 * @throws What {@link isWithoutLocks} tells where there are no locks.
 */
export async function tryFileLock(path: string): Promise<FileLock | undefined> {
  const { tryLock } = await import("fs-native-extensions");
  await makeFolder(dirname(path));
  const file = await open(path, "a", 0o600);
  // Another may have removed the file after we opened it: then a lock of it keeps nobody out.
  const isInPlace = async () => {
    const there = await unlessAbsent(() => stat(path, { bigint: true }));
    const { dev, ino } = await file.stat({ bigint: true });
    return there?.ino === ino && there.dev === dev;
  };
  try {
    if (tryLock(file.fd) && (await isInPlace())) {
      await file.truncate();
      await file.writeFile(`process ${process.pid} on ${hostname()}`);
      return {
        async release() {
          try {
            if (await isInPlace()) await rm(path, { force: true });
          } finally {
            await file.close();
          }
        },
      };
    }
  } catch (error) {
    await file.close();
    throw error;
  }
  await file.close();
  return undefined;
}

/** Whether {@link tryFileLock} failed because nothing can be locked there. */
export function isWithoutLocks(error: unknown): boolean {
  return codesWithoutLocks.some((code) => hasCode(error, code));
}

/** What to do about {@link isWithoutLocks}. */
export const remedyWithoutLocks =
  "Keep it on a disk of this machine, or on a network drive that locks files. Where `fs-native-extensions` is missing, install it: it comes with opconnect unless optional packages are left out.";

/** What some network drives say, and Node.js where there is no such library for the platform. */
const codesWithoutLocks = [
  "MODULE_NOT_FOUND",
  "ERR_MODULE_NOT_FOUND",
  "ADDON_NOT_FOUND",
  "ENOLCK",
  "ENOTSUP",
  "EOPNOTSUPP",
  "ENOSYS",
  "EINVAL",
];
