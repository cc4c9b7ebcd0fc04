import { fork } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { tryFileLock } from "@opconnect/provision/file-lock";
import { cacheFolder } from "../cache-folder.ts";
import type { ProgressEvent, ReportProgress } from "../progress.ts";
import type { Rig } from "../rig.ts";

/** A rig that runs on after the command that started it; one per cache folder. */
export interface BackgroundRig extends Omit<Rig, "stop"> {
  /** Process that holds the rig: SIGTERM stops it in order, and nothing outlives it. */
  readonly pid: number;
  /** RFC 3339. */
  readonly startedAt: string;
}

/** What the process behind a background rig tells the one that started it. */
export type BackgroundMessage =
  | { readonly type: "progress"; readonly event: ProgressEvent }
  | { readonly type: "ready" }
  | { readonly type: "taken" }
  | { readonly type: "failed"; readonly message: string };

/**
 * Starts the background rig, or returns the one that runs already.
 * If this process ends before the rig is up, the start is given up.
 */
export async function startBackgroundRig(progress: ReportProgress): Promise<BackgroundRig> {
  mkdirSync(cacheFolder(), { recursive: true });
  // Of two starts at once, one finds the place taken and waits for the other.
  let found: BackgroundRig | undefined;
  do {
    found = await waitForOtherStart(progress);
    if (found) return found;
  } while (!(await startServer(progress)));
  found = await findBackgroundRig();
  if (!found) throw new Error("The rig ended right after its start.");
  return found;
}

/** True once the rig is up, false if another process was faster. */
async function startServer(progress: ReportProgress): Promise<boolean> {
  const logFile = join(cacheFolder(), "rig.log");
  const log = openSync(logFile, "a", 0o600);
  const child = fork(SERVER, { detached: true, stdio: ["ignore", log, log, "ipc"] });
  closeSync(log);
  const up = await new Promise<boolean>((resolve, reject) => {
    child.on("message", (message: BackgroundMessage) => {
      if (message.type === "progress") progress(message.event);
      else if (message.type === "failed") reject(new Error(message.message));
      else resolve(message.type === "ready");
    });
    child.once("exit", () => reject(new Error(`The rig ended during its start. See ${logFile}`)));
  });
  if (child.connected) child.disconnect();
  child.unref();
  return up;
}

/** What another run is starting, once it is up; undefined if no run starts one. */
async function waitForOtherStart(progress: ReportProgress): Promise<BackgroundRig | undefined> {
  for (let waiting = false; await isClaimed(); waiting = true) {
    const found = await findBackgroundRig();
    if (found) return found;
    const text = "another run is starting or stopping it, waiting";
    if (!waiting) progress({ step: "rig", state: "note", text });
    await sleep(250);
  }
  return undefined;
}

/** The background rig, if one is up. */
export async function findBackgroundRig(): Promise<BackgroundRig | undefined> {
  if (!(await isClaimed())) return undefined;
  try {
    const rig: BackgroundRig = JSON.parse(readFileSync(recordFile(), "utf8"));
    process.kill(rig.pid, 0);
    return rig;
  } catch {
    // Still starting, or killed a moment ago.
    return undefined;
  }
}

/** Stops the background rig. False if none was up. */
export async function stopBackgroundRig(): Promise<boolean> {
  const rig = await findBackgroundRig();
  if (!rig) return false;
  process.kill(rig.pid, "SIGTERM");
  while (await findBackgroundRig()) await sleep(100);
  return true;
}

/**
 * Claims the place of the background rig for this process, until the returned function runs;
 * undefined if another process has it.
 */
export async function claimBackgroundRig(): Promise<(() => Promise<void>) | undefined> {
  const lock = await tryFileLock(lockFile());
  if (lock === undefined) return undefined;
  return async () => {
    rmSync(recordFile(), { force: true });
    await lock.release();
  };
}

/** Makes a rig known to other processes, with their environment. */
export function recordBackgroundRig(rig: Rig): void {
  const { dir, logDir, kubeconfig, env, parts } = rig;
  const startedAt = new Date().toISOString();
  const record: BackgroundRig = {
    pid: process.pid,
    startedAt,
    dir,
    logDir,
    kubeconfig,
    env,
    parts,
  };
  writeFileSync(recordFile(), JSON.stringify(record, undefined, 2), { mode: 0o600 });
}

/** Whether a process holds the rig, starts it or stops it. */
async function isClaimed(): Promise<boolean> {
  const lock = await tryFileLock(lockFile());
  await lock?.release();
  return lock === undefined;
}

function lockFile(): string {
  return join(cacheFolder(), "rig.lock");
}

function recordFile(): string {
  return join(cacheFolder(), "rig.json");
}

const SERVER = fileURLToPath(new URL("./server.ts", import.meta.url));
