import { rmSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { onExit } from "signal-exit";
import { clearAbandonedRuns, runName } from "./abandoned-run.ts";
import { runtimeFolders } from "./runtime-folders.ts";

/**
 * Runs `work` in a new folder that only this user can enter, and removes the folder whatever
 * happens: also when this process is told to end. What SIGKILL leaves behind, the next run removes.
 */
export async function inTemporaryFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  await clearAbandonedRuns();
  const folder = await makeFolder(await runtimeFolders());
  const forget = onExit(() => removeNow(folder));
  try {
    return await work(folder);
  } finally {
    // What the work gave must not be lost for it; the end of this process tries again.
    await rm(folder, { recursive: true, force: true }).then(forget, () => {});
  }
}

/** What cannot be removed now the next run removes. */
function removeNow(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true });
  } catch {}
}

/** Makes a folder in the first place that takes one. `mkdtemp` makes folders with mode 0700. */
async function makeFolder([place = "", ...others]: readonly string[]): Promise<string> {
  const making = mkdtemp(join(place, `opconnect-${runName()}-`));
  return others.length === 0 ? await making : await making.catch(() => makeFolder(others));
}
