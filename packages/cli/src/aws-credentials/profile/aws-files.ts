import { chmod, mkdir, readFile, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";

/** A file of AWS with its text; an absent file has none. */
export interface AwsFile {
  readonly path: string;
  readonly text: string;
}

/** Reads `~/.aws/config`, or what AWS_CONFIG_FILE names. */
export async function readAwsConfig(environment: NodeJS.ProcessEnv): Promise<AwsFile> {
  return await readAwsFile(environment.AWS_CONFIG_FILE || inHome(environment, "config"));
}

/** Reads `~/.aws/credentials`, or what AWS_SHARED_CREDENTIALS_FILE names. */
export async function readAwsCredentials(environment: NodeJS.ProcessEnv): Promise<AwsFile> {
  const given = environment.AWS_SHARED_CREDENTIALS_FILE;
  return await readAwsFile(given || inHome(environment, "credentials"));
}

/** Writes a file so that nobody ever reads half of it; behind a symbolic link, the file it names. */
export async function writeAwsFile(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const target = await realpath(path).catch(() => path);
  const mode = await stat(target).then(
    (found) => found.mode & 0o777,
    () => 0o600,
  );
  const draft = `${target}.opconnect-${process.pid}`;
  try {
    await writeFile(draft, text, { mode: 0o600, flag: "wx" });
    await chmod(draft, mode);
    await rename(draft, target);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

async function readAwsFile(path: string): Promise<AwsFile> {
  try {
    return { path, text: await readFile(path, "utf8") };
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") {
      return { path, text: "" };
    }
    throw error;
  }
}

function inHome(environment: NodeJS.ProcessEnv, name: string): string {
  return join(environment.HOME || environment.USERPROFILE || homedir(), ".aws", name);
}
