import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import type { ConnectErrorCode } from "@opconnect/core";
import { isRecord } from "@opconnect/core/json";
import { hasEnded, parseProcess, thisProcess } from "@opconnect/provision/running-process";
import { readState, writeState } from "../state/folder.ts";
import { latestNumber, takeNumber } from "./numbered-files.ts";

/** How a renewal ended, as those read it who waited for it. Never secret. */
export type RenewalOutcome =
  | { readonly kind: "renewed" }
  | {
      readonly kind: "failed";
      /** What was asked for: who asked for the same need not fail once more. */
      readonly request: string;
      readonly code: ConnectErrorCode;
      readonly happened: string;
      readonly remedy: string;
    }
  /** Ended from outside, or killed. */
  | { readonly kind: "abandoned" };

/**
 * Takes the turn to renew, or waits until another process's turn is over. Where no turn can be noted,
 * as on a full disk, this process does as if it were alone.
 *
 * Turns are files with consecutive numbers. The highest is never deleted, only made exclusively and
 * then marked as over, so that two processes can never take the turn of a dead one both.
 * @param until When this process ends itself at the latest: milliseconds since 1970.
 */
export async function takeTurn(
  folder: string,
  { until, signal }: { readonly until: number; readonly signal: AbortSignal },
) {
  try {
    return await takeNotedTurn(folder, until, signal);
  } catch {
    signal.throwIfAborted();
    return { kind: "ours", previousEnd: Number.POSITIVE_INFINITY, end: async () => {} } as const;
  }
}

async function takeNotedTurn(folder: string, until: number, signal: AbortSignal) {
  const prefix = join(folder, "turn.");
  let awaited: number | undefined;
  for (;;) {
    signal.throwIfAborted();
    const latest = await latestTurn(prefix);
    if (latest.state === "held") {
      awaited = latest.number;
      await setTimeout(40 + Math.random() * 60, undefined, { signal });
      continue;
    }
    if (latest.state === "over" && latest.number === awaited) {
      return { kind: "over", outcome: latest.outcome } as const;
    }
    const number = latest.number + 1;
    if (await takeNumber(prefix, number, renderHolder(until))) {
      return {
        kind: "ours",
        /** When the turn before ended, in milliseconds since 1970. */
        previousEnd: latest.state === "over" ? latest.at : Number.POSITIVE_INFINITY,
        // What cannot be noted must not cost what was obtained: others find a process that ended.
        end: (outcome: RenewalOutcome) => endTurn(`${prefix}${number}`, outcome).catch(() => {}),
      } as const;
    }
  }
}

export function renderHolder(until: number): string {
  return JSON.stringify({ ...thisProcess(), until });
}

async function latestTurn(prefix: string) {
  const number = await latestNumber(prefix);
  const over = (outcome: RenewalOutcome, at: number) =>
    ({ number, state: "over", outcome, at }) as const;
  if (number === 0) return over({ kind: "abandoned" }, 0);
  const content = await readState(`${prefix}${number}`);
  if (!isRecord(content)) return { number, state: "dead" } as const;
  const { outcome, at, until } = content;
  if (isOutcome(outcome)) return over(outcome, Number(at));
  const holder = parseProcess(content);
  const isHeld = holder !== undefined && Date.now() <= Number(until) && !hasEnded(holder);
  return { number, state: isHeld ? "held" : "dead" } as const;
}

/** Only {@link endTurn} writes such a file, and only whole. */
function isOutcome(value: unknown): value is RenewalOutcome {
  return isRecord(value) && typeof value.kind === "string";
}

async function endTurn(path: string, outcome: RenewalOutcome): Promise<void> {
  const holder = parseProcess(await readState(path));
  // A process that was taken for dead has nothing left to end.
  if (holder?.pid === process.pid) await writeState(path, { outcome, at: Date.now() });
}
