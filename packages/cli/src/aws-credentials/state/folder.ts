import { createHash } from "node:crypto";
import { lstat, mkdir, readFile } from "node:fs/promises";
import { homedir, tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { parseJson } from "@opconnect/core/json";
import type { SessionRequest } from "../session/request.ts";

/**
 * The folder for what is no secret but outlives a process: who is renewing, the last error, which
 * one-time passwords are used up. Where there is no home to write to, it is a private folder among
 * the temporary ones.
 */
export async function openStateFolder(env: NodeJS.ProcessEnv): Promise<string> {
  const folder = stateFolder(env);
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    return folder;
  } catch {
    const substitute = join(tmpdir(), `opconnect-${userInfo().uid}`);
    await mkdir(substitute, { recursive: true, mode: 0o700 });
    const stat = await lstat(substitute);
    // Any user could have made a folder of that name for us.
    if (stat.isDirectory() && (process.platform === "win32" || stat.uid === userInfo().uid)) {
      return substitute;
    }
    throw new Error(`Neither ${folder} nor ${substitute} can be written to.`);
  }
}

export function stateFolder(
  env: NodeJS.ProcessEnv,
  platform: NodeJS.Platform = process.platform,
): string {
  const home = env.HOME || env.USERPROFILE || homedir();
  const caches =
    platform === "win32"
      ? env.LOCALAPPDATA || join(home, "AppData", "Local")
      : platform === "darwin"
        ? join(home, "Library", "Caches")
        : env.XDG_CACHE_HOME || join(home, ".cache");
  return join(caches, "opconnect", "aws-credentials");
}

/** A name for what a request asks for, which tells nothing about it. */
export function requestKey(request: SessionRequest, label: string): string {
  const { account = "", vault = "", item, endpoint } = request;
  const elsewhere = endpoint.isAws ? [] : [endpoint.url];
  return digest(JSON.stringify([account, vault, item, label, ...elsewhere]));
}

/** A short name for a text, fit for files. */
export function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 24);
}

/** Reads a small JSON file; what is not there or not JSON is nothing. */
export async function readState(path: string): Promise<unknown> {
  return parseJson(await readFile(path, "utf8").catch(() => ""));
}

/** Writes a small JSON file, so that no other process ever reads half of it. */
export async function writeState(path: string, state: object): Promise<void> {
  const { writeWhole } = await import("@opconnect/provision/write-file");
  await writeWhole(path, JSON.stringify(state));
}
