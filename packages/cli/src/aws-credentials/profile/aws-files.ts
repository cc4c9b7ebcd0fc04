import { chmod, mkdir, readFile, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";

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

/** Writes a file so that no reader ever gets half of it; behind a symbolic link, the file it names. */
export async function writeAwsFile(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const target = await realpath(path).catch(() => path);
  const { mode } = await stat(target).catch(() => ({ mode: 0o600 }));
  const draft = `${target}.opconnect-${process.pid}`;
  try {
    await writeFile(draft, text, { mode: 0o600, flag: "wx" });
    await chmod(draft, mode & 0o777);
    await rename(draft, target);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

async function readAwsFile(path: string): Promise<AwsFile> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "";
    throw error;
  });
  return { path, text };
}

function inHome(env: NodeJS.ProcessEnv, name: string): string {
  return join(env.HOME || env.USERPROFILE || homedir(), ".aws", name);
}
