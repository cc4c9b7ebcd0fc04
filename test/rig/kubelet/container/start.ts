import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { constants } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { ContainerEntry } from "./entry.ts";

export interface ContainerOptions {
  readonly entry: ContainerEntry;
  /** From {@link findIsolation}. */
  readonly isolation: readonly string[];
  /** Takes standard output and error, after what is there already. */
  readonly logFile: string;
}

export interface ContainerProcess {
  readonly pid: number;
  /** Exit code, 128 + number for a signal. */
  readonly ended: Promise<number>;
  /** Asks it to end, and kills all of it when the time is up. */
  stop(graceSeconds: number): Promise<void>;
}

/**
 * Starts a container as a process of this machine, in namespaces of its own.
 * The starter's environment holds no Secret. `OPCONNECT_RIG_POD` marks it for a secret scan, as it
 * does the container itself, where Secrets belong.
 */
export function startContainer({ entry, isolation, logFile }: ContainerOptions): ContainerProcess {
  const [program = "", ...args] = isolation;
  const starter = [process.execPath, "--disable-warning=ExperimentalWarning", ENTER_CONTAINER];
  const log = openSync(logFile, "a", 0o600);
  const child = spawn(program, [...args, ...starter], {
    env: { PATH: process.env.PATH, OPCONNECT_RIG_POD: "1" },
    cwd: "/",
    // A process group of its own: signals reach all of it, and Ctrl-C only this process.
    detached: true,
    stdio: ["pipe", log, log],
  });
  closeSync(log);
  const { pid, stdin } = child;
  child.on("error", () => {});
  if (pid === undefined || stdin === null) throw new Error(`${program} could not be started.`);
  let running = true;
  const ended = new Promise<number>((resolve) => {
    child.once("exit", (code, signal) => {
      running = false;
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    });
  });
  // A starter that fails early closes its end. The log has the cause.
  stdin.on("error", () => {});
  stdin.end(JSON.stringify(entry));
  // A caller that forgets to stop it can still exit, and that ends it too.
  child.unref();

  return {
    pid,
    ended,
    async stop(graceSeconds) {
      child.ref();
      if (running) signalGroup(pid, "SIGTERM");
      await Promise.race([ended, sleep(graceSeconds * 1000, undefined, { ref: false })]);
      if (running) signalGroup(pid, "SIGKILL");
      await ended;
    },
  };
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // It ended by itself.
  }
}

const ENTER_CONTAINER = fileURLToPath(new URL("./enter.ts", import.meta.url));
