import { chmod, readFile, realpath, stat } from "node:fs/promises";
import { join } from "node:path";
import { ConnectError } from "@opconnect/core/connect-error";
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
  await editWhole(target, (text = "") => edit(text));
  if (found !== undefined) await chmod(target, found.mode & 0o777);
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
