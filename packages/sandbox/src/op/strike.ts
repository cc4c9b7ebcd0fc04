import { setTimeout } from "node:timers/promises";
import type { InjectedFailure } from "../injected-failure.ts";
import { OpFailure } from "./op-failure.ts";

type LogEnd = () => Promise<void>;

/**
 * Lets injected failures strike before `op` does its work.
 * @throws OpFailure where the failure is an error of `op`.
 */
export async function strikeBefore(
  failures: readonly InjectedFailure[],
  logEnd: LogEnd,
): Promise<void> {
  for (const failure of failures) {
    if (failure.kind === "delay") await setTimeout(failure.delayMs);
    if (failure.kind === "rate-limit") throw rateLimited();
    if ("when" in failure && failure.when === "after") continue;
    await strike(failure, logEnd);
  }
}

/** Lets them strike when the account has changed and nothing is printed yet. */
export async function strikeAfter(
  failures: readonly InjectedFailure[],
  logEnd: LogEnd,
): Promise<void> {
  for (const failure of failures) {
    if ("when" in failure && failure.when === "after") await strike(failure, logEnd);
  }
}

async function strike(failure: InjectedFailure, logEnd: LogEnd): Promise<void> {
  if (failure.kind === "exit") {
    throw new OpFailure(failure.message, { exitCode: failure.exitCode });
  }
  if (failure.kind === "hang") await hang();
  if (failure.kind === "kill") {
    await logEnd();
    process.kill(process.pid, "SIGKILL");
    await hang();
  }
}

/** A pending promise alone would let the process end. */
async function hang(): Promise<never> {
  for (;;) await setTimeout(60_000);
}

/** [S] The prefix differs per command; this is the one recorded for `op read`. */
function rateLimited(): OpFailure {
  return new OpFailure("Too many requests. Your client has been rate-limited.");
}
