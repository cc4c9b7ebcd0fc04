import { readFile } from "node:fs/promises";
import { ConnectError } from "@opconnect/core";
import { tryFileLock } from "../../process/file-lock.ts";
import { patiently } from "../../process/patient.ts";

const pollMs = 20;
/** Longer than anything that is done under a lock. */
const waitMs = 60_000;

/**
 * Runs `work` while no other run on this disk changes the same secret.
 * @throws `STORE_BUSY` if another run does not let go of it.
 */
export async function underLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  const until = performance.now() + waitMs;
  let lock = await tryFileLock(path);
  const pause = patiently(`Waiting for another process that has locked ${path} …`);
  while (lock === undefined) {
    if (performance.now() > until) throw await busy(path);
    await pause(pollMs);
    lock = await tryFileLock(path);
  }
  try {
    return await work();
  } finally {
    await lock.release();
  }
}

async function busy(path: string): Promise<ConnectError> {
  const holder = await readFile(path, "utf8").catch(() => "");
  return new ConnectError(
    "STORE_BUSY",
    `${holder || "Another process"} has been changing the same secret for a minute: it has locked ${path}.`,
    "Wait until that process has ended, or end it: its lock ends with it. Then run again.",
  );
}
