import { randomUUID } from "node:crypto";
import { link, readFile, rename, rm, stat } from "node:fs/promises";
import { setTimeout } from "node:timers/promises";
import { ConnectError, parseJson } from "@opconnect/core";
import { hasEnded, parseProcess, thisProcess } from "../../process/running-process.ts";
import { unlessAbsent, writeOnce } from "../../process/write-file.ts";
import { draftEnding } from "./files.ts";

const pollMs = 20;
/** Longer than anything that is done under a lock. */
const staleMs = 30_000;

/**
 * Runs `work` while no other run on this disk changes the same secret. A lock whose process has
 * ended is broken.
 * @throws `STORE_BUSY` if another run does not let go of it.
 */
export async function underLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  const own = JSON.stringify({ ...thisProcess(), id: randomUUID() });
  const until = Date.now() + 2 * staleMs;
  while (!(await writeOnce(path, own, draftEnding))) {
    if (Date.now() > until) throw busy(path);
    if (!(await breakStale(path))) await setTimeout(pollMs);
  }
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

/** Whether a lock was there that no process holds any more. */
async function breakStale(path: string): Promise<boolean> {
  const text = await unlessAbsent(() => readFile(path, "utf8"));
  const changed = await unlessAbsent(() => stat(path));
  if (text === undefined || changed === undefined) return true;
  const owner = parseProcess(parseJson(text));
  const isDead = owner !== undefined && hasEnded(owner);
  if (!isDead && Date.now() - changed.mtimeMs < staleMs) return false;
  const aside = `${path}.${randomUUID()}${draftEnding}`;
  await unlessAbsent(() => rename(path, aside));
  // Another run may have been quicker, and this is a fresh lock: give it back.
  const moved = await unlessAbsent(() => readFile(aside, "utf8"));
  if (moved !== undefined && moved !== text) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
  return true;
}

function busy(path: string): ConnectError {
  return new ConnectError(
    "STORE_BUSY",
    `Somebody else has been changing the same secret for a minute: ${path} is there.`,
    "If nothing of opconnect runs, delete that file. Then run again.",
  );
}
