import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Kill } from "../intercept/call-recorder.ts";
import { diskHook } from "../intercept/disk-door.ts";
import { killSession } from "../intercept/session.ts";
import type { Job, JobResult } from "./job.ts";

/** A program and its arguments. */
type Command = readonly [string, ...string[]];

/** A process that carries out jobs, and can be killed. */
export interface RunnerProcess {
  /** Resolves with nothing if the process was killed meanwhile. */
  carryOut(job: Job): Promise<JobResult | undefined>;
  /** Kills it with all that it started. */
  kill: Kill;
  hasEnded(): boolean;
  /** What it printed so far, standard error included. */
  output(): string;
  /** Lets it end by itself. */
  stop(): Promise<void>;
}

/**
 * Starts a runner in a session of its own.
 * @param program As `bundleRunner` makes it.
 * @param place Changes the command, to run it elsewhere.
 */
export function startRunner(
  program: string,
  env: Readonly<Record<string, string>>,
  place: (command: Command) => Command = (command) => command,
): RunnerProcess {
  const [command, ...words] = place([process.execPath, "--import", diskHook, program]);
  const child = spawn(command, words, {
    env,
    detached: true,
    stdio: ["pipe", "pipe", "pipe"],
  });
  let output = "";
  child.stdin.on("error", () => {});
  child.stdout.on("data", (data) => {
    output += data;
  });
  child.stderr.on("data", (data) => {
    output += data;
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ended = once(child, "close");
  return {
    async carryOut(job) {
      child.stdin.write(`${JSON.stringify(job)}\n`);
      const { value, done } = await lines.next();
      if (!done) return JSON.parse(value);
      await ended;
      if (child.signalCode === "SIGKILL") return undefined;
      throw new Error(`The runner ended by itself: ${output}`);
    },
    kill: (spared) => killSession(pidOf(child), spared),
    hasEnded: () => child.exitCode !== null || child.signalCode !== null,
    output: () => output,
    async stop() {
      child.stdin.end();
      await ended;
    },
  };
}

function pidOf({ pid }: ChildProcess): number {
  if (pid === undefined) throw new Error("The runner was not started.");
  return pid;
}
