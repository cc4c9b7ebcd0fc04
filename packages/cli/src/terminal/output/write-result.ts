import { randomUUID } from "node:crypto";
import { realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import { hasCode } from "@opconnect/core/has-code";
import { writingFile } from "@opconnect/core/writing-file";

/**
 * Writes a result to a file that the user named: whole, or the file stays as it was.
 * @param path `-` is standard output.
 * @throws `FILE_UNWRITABLE` if it cannot be written.
 */
export async function writeResult(path: string, text: string): Promise<void> {
  if (path === "-") process.stdout.write(text);
  else await writingFile(path, () => replaceFile(path, text));
}

async function replaceFile(path: string, text: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  // A device or a pipe is written to, and nothing put in its place.
  if (found !== undefined && !found.isFile()) return writeFile(path, text);
  const file = found === undefined ? path : await realpath(path);
  const draft = `${file}.${randomUUID()}.tmp`;
  try {
    await writeFile(draft, text, { flag: "wx", mode: found?.mode ?? 0o666 });
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true }).catch(() => {});
    const isFixed = found !== undefined && inPlaceOnly.some((code) => hasCode(error, code));
    if (!isFixed) throw error;
    await writeFile(file, text);
  }
}

/** What is said of a folder that takes no other file, though that one may be written. */
const inPlaceOnly = ["EACCES", "EPERM", "EROFS", "EBUSY"];
