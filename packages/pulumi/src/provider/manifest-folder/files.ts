import { chmod, lstat, mkdir, readdir, readFile, realpath, rm, rmdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { ConnectError, unlessCode } from "@opconnect/core";
import { unlessAbsent, writeWhole } from "@opconnect/provision/write-file";

/** A file of a folder of manifests, as it is there. */
export interface FoundFile {
  /** Whether its first line is the one by which we know our own. */
  readonly isMarked: boolean;
  /** Without its first line, where that is ours. */
  readonly content: string;
}

/**
 * Reads a file of the folder.
 * @returns `undefined` where there is none.
 * @throws `MANIFEST_FOREIGN` where there is something else than a file.
 */
export async function readManifest(
  directory: string,
  name: string,
  mark: string,
): Promise<FoundFile | undefined> {
  const path = join(resolve(directory), name);
  const found = await unlessAbsent(() => lstat(path));
  if (found === undefined) return undefined;
  // Through a link one would write elsewhere.
  if (!found.isFile()) throw foreign(directory, name);
  const text = await readFile(path, "utf8");
  const first = `${mark}\n`;
  return text.startsWith(first)
    ? { isMarked: true, content: text.slice(first.length) }
    : { isMarked: false, content: text };
}

/** Writes a file of the folder whole, or not at all, so that everybody can read it. */
export async function writeManifest(
  directory: string,
  name: string,
  { mark, content }: { readonly mark: string; readonly content: string },
): Promise<void> {
  const folder = resolve(directory);
  await mkdir(folder, { recursive: true });
  const path = join(await realpath(folder), name);
  await writeWhole(path, `${mark}\n${content}`);
  await chmod(path, 0o644);
}

/** Removes a file of the folder that is ours. */
export async function removeManifest(directory: string, name: string): Promise<void> {
  await rm(join(resolve(directory), name), { force: true });
}

/** Removes the folder where nothing is left in it. */
export async function removeEmptyFolder(directory: string): Promise<void> {
  const folder = resolve(directory);
  const left = await unlessAbsent(() => readdir(folder));
  if (left?.length === 0) await unlessCode(["ENOTEMPTY", "ENOENT"], () => rmdir(folder));
}

export function foreign(directory: string, name: string): ConnectError {
  return new ConnectError(
    "MANIFEST_FOREIGN",
    `${join(directory, name)} is there already, and this stack has not written it.`,
    "Choose another `gitOps.directory`, or move that file away.",
  );
}
