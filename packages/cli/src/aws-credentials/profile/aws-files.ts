import { access, chmod, constants, readFile, realpath, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ConnectError } from "@opconnect/core/connect-error";
import { hasCode } from "@opconnect/core/has-code";
import { writingFile } from "@opconnect/core/writing-file";
import { editWhole, unlessAbsent } from "@opconnect/provision/write-file";
import { homeFolder } from "../session/home-folder.ts";

/** A file of AWS with its text; an absent file has none. */
export interface AwsFile {
  readonly path: string;
  readonly text: string;
}

/** Reads `~/.aws/config`, or what AWS_CONFIG_FILE names. */
export async function readAwsConfig(env: NodeJS.ProcessEnv): Promise<AwsFile> {
  return await readAwsFile(env.AWS_CONFIG_FILE || inHome(env, "config"));
}

/** Reads `~/.aws/credentials`, or what AWS_SHARED_CREDENTIALS_FILE names. */
export async function readAwsCredentials(env: NodeJS.ProcessEnv): Promise<AwsFile> {
  return await readAwsFile(env.AWS_SHARED_CREDENTIALS_FILE || inHome(env, "credentials"));
}

/**
 * Changes a file whole or not at all, with the rights it had; behind a link, the file it names. What
 * is changed is what it holds at that moment: people and tools edit it too.
 */
export async function editAwsFile(path: string, edit: (text: string) => string): Promise<void> {
  const target = await realpath(path).catch(() => path);
  const found = await unlessAbsent(() => stat(target));
  await writingFile(path, async () => {
    await editWhole(target, (text = "") => edit(text));
    if (found !== undefined) await chmod(target, found.mode & 0o777);
  });
}

/**
 * Sees to it that a file can be changed later: in its folder, or in the one that this is made in.
 * @throws `FILE_UNWRITABLE`
 */
export async function requireWritable(path: string): Promise<void> {
  const target = await realpath(path).catch(() => path);
  await writingFile(path, () => accessNearest(dirname(target)));
}

async function accessNearest(folder: string): Promise<void> {
  try {
    // Of a file in its place this says ENOTDIR.
    await access(`${folder}/.`, constants.W_OK);
  } catch (error) {
    if (!hasCode(error, "ENOENT") || dirname(folder) === folder) throw error;
    await accessNearest(dirname(folder));
  }
}

async function readAwsFile(path: string): Promise<AwsFile> {
  return { path, text: (await unlessAbsent(() => readFile(path, "utf8"))) ?? "" };
}

function inHome(env: NodeJS.ProcessEnv, name: string): string {
  const home = homeFolder(env);
  if (home !== undefined) return join(home, ".aws", name);
  throw new ConnectError(
    "AWS_PROFILE_INVALID",
    `There is no home folder, and so no ~/.aws/${name}.`,
    "Set HOME, or AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE.",
  );
}
