import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Kill } from "../intercept/call-recorder.ts";
import { killSession } from "../intercept/session.ts";

/** One run of `pulumi`, which can be killed with all that it started. */
export interface EngineRun {
  /** Exit code; none if it was killed. */
  readonly ended: Promise<number | undefined>;
  kill: Kill;
  /** What it printed so far. */
  output(): string;
}

/** `pulumi` or `opconnect` with its arguments, or what runs them elsewhere. */
export type EngineCommand = readonly [string, ...string[]];

/** Starts a command in a session of its own. */
export function startEngine(
  [program, ...words]: EngineCommand,
  options: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
): EngineRun {
  const child = spawn(program, words, {
    ...options,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (data) => {
      output += data;
    });
  }
  const ended = once(child, "close").then(([code]) => code ?? undefined);
  const { pid } = child;
  if (pid === undefined) throw new Error(`${program} was not started.`);
  return { ended, kill: (spared) => killSession(pid, spared), output: () => output };
}
