import { randomUUID } from "node:crypto";
import { link, readFile, rename, rm, stat } from "node:fs/promises";
import { hostname } from "node:os";
import { setTimeout } from "node:timers/promises";
import { ConnectError } from "@opconnect/core";
import { unlessAbsent, writeOnce } from "./write-file.ts";

const pollMs = 20;
/** Longer than anything that is done under a lock. */
const staleMs = 30_000;

/**
 * Runs `work` while nobody else on this disk changes the same secret. A lock whose process has
 * ended is broken.
 * @throws `STORE_BUSY` if somebody else does not let go of it.
 */
export async function underLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  const own = JSON.stringify({ host: hostname(), pid: process.pid, id: randomUUID() });
  const until = Date.now() + 2 * staleMs;
  while (!(await writeOnce(path, own))) {
    if (Date.now() > until) throw busy(path);
    if (!(await breakStale(path))) await setTimeout(pollMs);
  }
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

/** Whether a lock was there that nobody holds any more. */
async function breakStale(path: string): Promise<boolean> {
  const text = await unlessAbsent(() => readFile(path, "utf8"));
  const changed = await unlessAbsent(() => stat(path));
  if (text === undefined || changed === undefined) return true;
  if (isAlive(text) && Date.now() - changed.mtimeMs < staleMs) return false;
  const aside = `${path}.${randomUUID()}.age.tmp`;
  await unlessAbsent(() => rename(path, aside));
  // Somebody else may have been quicker, and this is a fresh lock: give it back.
  const moved = await unlessAbsent(() => readFile(aside, "utf8"));
  if (moved !== undefined && moved !== text) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
  return true;
}

/** A process of another machine cannot be looked at. */
function isAlive(text: string): boolean {
  const owner = parseOwner(text);
  if (owner === undefined || owner.host !== hostname()) return true;
  try {
    process.kill(owner.pid, 0);
    return true;
  } catch (error) {
    return !(error instanceof Error && "code" in error && error.code === "ESRCH");
  }
}

function parseOwner(text: string): { readonly host: string; readonly pid: number } | undefined {
  try {
    const { host, pid } = JSON.parse(text);
    return typeof host === "string" && Number.isSafeInteger(pid) ? { host, pid } : undefined;
  } catch {
    return undefined;
  }
}

function busy(path: string): ConnectError {
  return new ConnectError(
    "STORE_BUSY",
    `Somebody else has been changing the same secret for a minute: ${path} is there.`,
    "If nothing of opconnect runs, delete that file. Then run again.",
  );
}
