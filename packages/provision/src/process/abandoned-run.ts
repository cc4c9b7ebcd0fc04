import { readdir, readFile, rm, stat } from "node:fs/promises";
import { uptime } from "node:os";
import { join } from "node:path";
import { patiently } from "./patient.ts";
import { hasEnded, type RunningProcess, thisProcess } from "./running-process.ts";
import { isOwnFolder, runtimeFolders } from "./runtime-folders.ts";

/** Variable by which the `op` processes of a run are known. */
export const runVariable = "OPCONNECT_RUN";

/** Names a run in file names and in the environment of its `op` processes. */
export function runName({ table, pid, started }: Omit<RunningProcess, "host"> = thisProcess()) {
  return `${table}-${pid}-${started}`;
}

/**
 * Clears up after runs that were killed: waits for an `op` that still works for them, so that
 * nothing appears in 1Password behind our back, and removes the folders in which it writes. What
 * cannot be cleared up hinders no one: it throws nothing, and leaves alone what other users made.
 * @param known A run that is known to have ended.
 */
export async function clearAbandonedRuns(known?: Omit<RunningProcess, "host">): Promise<void> {
  const folders = await foldersOfEnded();
  const runs = new Set(folders.map(({ run }) => run));
  if (known !== undefined) runs.add(runName(known));
  if (runs.size > 0) await endOp(runs);
  for (const { path } of folders) await rm(path, { recursive: true, force: true }).catch(() => {});
}

async function foldersOfEnded() {
  const found = await Promise.all((await runtimeFolders()).map(foldersOfEndedIn));
  return found.flat();
}

async function foldersOfEndedIn(place: string) {
  const names = await readdir(place).catch(() => []);
  const named = names.flatMap((name) => {
    const match = /^opconnect-(?<table>[0-9a-f]{12})-(?<pid>\d+)-(?<started>\d*)-/.exec(
      name,
    )?.groups;
    if (match?.table === undefined || match.started === undefined) return [];
    const run = { table: match.table, pid: Number(match.pid), started: match.started };
    return [{ path: join(place, name), run }];
  });
  const found = await Promise.all(
    named.map(async ({ path, run }) => {
      const isLeft =
        (await isOwnFolder(path)) && (hasEnded(run) || (await isOfEarlierBoot(path, run)));
      return isLeft ? [{ path, run: runName(run) }] : [];
    }),
  );
  return found.flat();
}

/**
 * Whether it was last written to before this machine started. On Linux a run of this start is told
 * by its table of processes, and judged by that alone: clocks may be set.
 */
async function isOfEarlierBoot(path: string, { table }: { table: string }): Promise<boolean> {
  if (process.platform === "linux" && table === thisProcess().table) return false;
  const bootedAt = Date.now() - uptime() * 1_000;
  const written = await stat(path).catch(() => undefined);
  return written !== undefined && written.mtimeMs < bootedAt - 60_000;
}

/** What is under way is let finish: killed, it may still have its effect, only later. */
const patienceMs = 10_000;

async function endOp(runs: ReadonlySet<string>): Promise<void> {
  const giveUpAt = Date.now() + patienceMs;
  const pause = patiently(
    "Waiting for an `op` to end that a run which was killed has left behind …",
  );
  for (;;) {
    const running = await opProcessesOf(runs);
    if (running.length === 0) return;
    if (Date.now() > giveUpAt) {
      for (const id of running) kill(id);
      return;
    }
    await pause(200);
  }
}

/** Their environment can be read on Linux only, and only that of this user's processes. */
async function opProcessesOf(runs: ReadonlySet<string>): Promise<readonly number[]> {
  if (process.platform !== "linux") return [];
  const ids = (await readdir("/proc").catch(() => [])).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    ids.map(async (id) => {
      const environment = await readFile(`/proc/${id}/environ`, "latin1").catch(() => "");
      const run = environment.split("\0").find((entry) => entry.startsWith(`${runVariable}=`));
      return run !== undefined && runs.has(run.slice(runVariable.length + 1)) ? [Number(id)] : [];
    }),
  );
  return found.flat().filter((id) => id !== process.pid);
}

function kill(id: number): void {
  try {
    process.kill(id, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}
