import { writeFile } from "node:fs/promises";
import { writingFile } from "@opconnect/core/writing-file";

/**
 * Writes a result to a file that the user named.
 * @param path `-` is standard output.
 * @throws `FILE_UNWRITABLE` if it cannot be written.
 */
export async function writeResult(path: string, text: string): Promise<void> {
  if (path === "-") process.stdout.write(text);
  else await writingFile(path, () => writeFile(path, text));
}
