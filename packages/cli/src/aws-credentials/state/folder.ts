import { access, constants, lstat, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseJson } from "@opconnect/core/json";
import { digest } from "../session/digest.ts";
import { homeFolder } from "../session/home-folder.ts";
import type { SessionRequest } from "../session/request.ts";

/**
 * The folder for what is no secret but outlives a process: who is renewing, the last error, which
 * one-time passwords are used up. Where there is no home to write to, it is a private folder among
 * the temporary ones. It may be that neither can be written to: nothing that is noted there is
 * needed for a session.
 */
export async function openStateFolder(env: NodeJS.ProcessEnv): Promise<string> {
  const folder = stateFolder(env);
  const substitute = substituteFolder();
  if (folder !== substitute && (await isWritable(folder))) return folder;
  return (await isWritable(substitute)) && (await isOurs(substitute)) ? substitute : folder;
}

export function stateFolder(
  env: NodeJS.ProcessEnv,
  platform: NodeJS.Platform = process.platform,
): string {
  const home = homeFolder(env);
  if (home === undefined) return substituteFolder();
  const caches =
    platform === "win32"
      ? env.LOCALAPPDATA || join(home, "AppData", "Local")
      : platform === "darwin"
        ? join(home, "Library", "Caches")
        : env.XDG_CACHE_HOME || join(home, ".cache");
  return join(caches, "opconnect", "aws-credentials");
}

function substituteFolder(): string {
  return join(tmpdir(), `opconnect-${process.getuid?.() ?? "user"}`);
}

async function isWritable(folder: string): Promise<boolean> {
  try {
    const { makeFolder } = await import("@opconnect/provision/make-folder");
    await makeFolder(folder);
    await access(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** Any user could have made a folder of that name for us. */
async function isOurs(folder: string): Promise<boolean> {
  const stat = await lstat(folder);
  return stat.isDirectory() && (process.getuid === undefined || stat.uid === process.getuid());
}

/** A name for what a request asks for, which tells nothing about it. */
export function requestKey(request: SessionRequest, label: string): string {
  const { account = "", vault = "", item, endpoint } = request;
  const elsewhere = endpoint.isAws ? [] : [endpoint.url];
  return digest(JSON.stringify([account, vault, item, label, ...elsewhere]));
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
