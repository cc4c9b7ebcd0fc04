import { readdir } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { execa } from "execa";

/**
 * Files of a folder that can decide about a program in it: what git tracks or would track. Without
 * git, all but what is installed.
 */
export async function trackedFiles(folder: string): Promise<readonly string[]> {
  const { exitCode, stdout } = await git(folder, [
    ...["ls-files", "-z", "--cached", "--others", "--exclude-standard"],
  ]);
  if (exitCode === 0)
    return stdout
      .split("\0")
      .filter(Boolean)
      .map((file) => join(folder, file));
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !/(^|[\\/])(node_modules|\.git)[\\/]/.test(relative(folder, file)));
}

/** Files of a folder that git ignores, but for what is installed; none without git. */
export async function ignoredFiles(folder: string): Promise<readonly string[]> {
  const installed = ":(exclude,glob)**/node_modules/**";
  const { exitCode, stdout } = await git(folder, [
    ...["ls-files", "-z", "--others", "--ignored", "--exclude-standard", "--", ".", installed],
  ]);
  if (exitCode !== 0) return [];
  return stdout
    .split("\0")
    .filter(Boolean)
    .map((file) => join(folder, file));
}

/**
 * Files that differ between a commit and the working tree, as far as they are tracked or would be.
 * What the commit's own branch got since the two parted does not count.
 * @returns nothing if git knows no such commit.
 */
export async function changedFiles(
  folder: string,
  base: string,
): Promise<ReadonlySet<string> | undefined> {
  const top = await git(folder, ["rev-parse", "--show-toplevel"]);
  const forked = await git(folder, ["merge-base", "--end-of-options", base, "HEAD"]);
  if (top.exitCode !== 0 || forked.exitCode !== 0) return undefined;
  const root = top.stdout.trim();
  const commit = forked.stdout.trim();
  const [changed, others] = await Promise.all([
    git(root, ["diff", "-z", "--name-only", "--no-renames", commit]),
    git(root, ["ls-files", "-z", "--others", "--exclude-standard"]),
  ]);
  if (changed.exitCode !== 0 || others.exitCode !== 0) return undefined;
  const names = `${changed.stdout}\0${others.stdout}`.split("\0").filter(Boolean);
  return new Set(names.map((name) => join(root, name.replaceAll("/", sep))));
}

/** Where a working tree stands. */
export interface WorkingTree {
  /** Commit that it is at; none before the first. */
  readonly commit?: string;
  /** Whether git tracks a file. */
  isTracked(file: string): boolean;
}

/** The working tree of git that a folder is in, if it is in one. */
export async function readWorkingTree(folder: string): Promise<WorkingTree | undefined> {
  const top = await git(folder, ["rev-parse", "--show-toplevel"]);
  if (top.exitCode !== 0) return undefined;
  const root = top.stdout.trim();
  const [files, head] = await Promise.all([
    git(root, ["ls-files", "-z", "--cached", "--recurse-submodules"]),
    git(root, ["rev-parse", "--verify", "--quiet", "HEAD"]),
  ]);
  const tracked = new Set(files.stdout.split("\0").map((file) => join(root, file)));
  return {
    ...(head.exitCode === 0 && { commit: head.stdout.trim() }),
    isTracked: (file) => tracked.has(file),
  };
}

function git(folder: string, words: readonly string[]) {
  return execa("git", [...words], {
    cwd: folder,
    reject: false,
    stdin: "ignore",
    stripFinalNewline: false,
  });
}
