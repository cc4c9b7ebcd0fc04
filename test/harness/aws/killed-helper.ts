import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import type { Workplace } from "./workplace.ts";

/** A helper that is stopped halfway. */
export interface KilledHelper {
  /** Ends it and all it started, as a shell does that is closed. */
  kill(): Promise<void>;
}

/** Starts a helper in a process group of its own. */
export function startHelper(workplace: Workplace, command: readonly string[]): KilledHelper {
  const [program = "", ...words] = command;
  const { env, home } = workplace;
  const options = { env: { ...env }, cwd: home, stdio: "ignore", detached: true } as const;
  const child: ChildProcess = spawn(program, words, options);
  return {
    async kill() {
      const ended = once(child, "exit");
      process.kill(-(child.pid ?? process.pid), "SIGKILL");
      await ended;
    },
  };
}

/** Waits until something is so. */
export async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + patienceMs;
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error(`It never came about that ${what}.`);
    await sleep(50);
  }
}

const patienceMs = 180_000;
