import { spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { Socket } from "node:net";
import { fileURLToPath } from "node:url";

export interface ProcessOptions {
  /** What error messages call it. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** The whole environment: nothing is inherited. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** File that takes standard output and error. */
  readonly logFile: string;
  /** @default - the current folder */
  readonly cwd?: string;
  /**
   * Seconds between the request to end and the kill.
   * @default 2
   */
  readonly graceSeconds?: number;
}

export interface SupervisedProcess {
  /** Id of the process group. */
  readonly pid: number;
  readonly name: string;
  readonly logFile: string;
  /** True until the process has ended. */
  isRunning(): boolean;
  /** Waits until the process has ended, however it does. */
  waitForEnd(): Promise<void>;
  /** Ends the process and everything it started. */
  stop(): Promise<void>;
}

/**
 * Starts a process that never outlives this one: not after Ctrl-C, a crash or SIGKILL.
 * It runs in a process group of its own, under a script that ends the group as soon as the pipe to
 * this process closes.
 */
export function startProcess(options: ProcessOptions): SupervisedProcess {
  const { name, command, args, env, logFile, cwd, graceSeconds = 2 } = options;
  const log = openSync(logFile, "a", 0o600);
  const child = spawn("/bin/sh", [REAPER, String(graceSeconds), command, ...args], {
    env: { ...env },
    ...(cwd !== undefined && { cwd }),
    detached: true,
    stdio: ["pipe", log, log],
  });
  closeSync(log);
  const { pid, stdin } = child;
  if (pid === undefined || stdin === null) {
    throw new Error(`${name} could not be started: this machine has no /bin/sh.`);
  }
  let running = true;
  const ended = new Promise<void>((resolve) => {
    child.once("exit", () => {
      running = false;
      resolve();
    });
  });
  // A caller that forgets to stop it can still exit, which ends the process too.
  child.unref();
  if (stdin instanceof Socket) stdin.unref();

  function waitForEnd(): Promise<void> {
    child.ref();
    return ended;
  }

  return {
    pid,
    name,
    logFile,
    isRunning: () => running,
    waitForEnd,
    stop() {
      stdin.end();
      return waitForEnd();
    },
  };
}

/** The last lines of a process's log, for an error message. */
export function readLogEnd(logFile: string, lines = 15): string {
  return readFileSync(logFile, "utf8").trimEnd().split("\n").slice(-lines).join("\n");
}

const REAPER = fileURLToPath(new URL("./reaper.sh", import.meta.url));
