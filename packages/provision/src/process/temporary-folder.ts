import { rmSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onExit } from "signal-exit";
import { clearAbandonedRuns, runName } from "./abandoned-run.ts";

/**
 * Runs `work` in a new folder that only this user can enter, and removes the folder whatever
 * happens: also when this process is told to end. What SIGKILL leaves behind, the next run removes.
 */
export async function inTemporaryFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  await clearAbandonedRuns();
  // `mkdtemp` makes folders with mode 0700.
  const folder = await mkdtemp(join(tmpdir(), `opconnect-${runName()}-`));
  const forget = onExit(() => rmSync(folder, { recursive: true, force: true }));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
    forget();
  }
}
