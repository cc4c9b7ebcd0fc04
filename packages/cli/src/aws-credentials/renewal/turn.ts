import { uptime } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import type { ConnectErrorCode } from "@opconnect/core";
import { isRecord } from "@opconnect/core/json";
import {
  hasEnded,
  isOfOurTable,
  parseProcess,
  thisProcess,
} from "@opconnect/provision/running-process";
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
 * then marked as over, so that two processes can never take the turn of a dead one both. Who has a
 * turn gives signs of life: clocks of two machines that share the folder are not compared.
 * @param lastsMs How long it takes at most until this process ends itself.
 */
export async function takeTurn(
  folder: string,
  { lastsMs, signal }: { readonly lastsMs: number; readonly signal: AbortSignal },
) {
  try {
    return await takeNotedTurn(folder, lastsMs, signal);
  } catch {
    signal.throwIfAborted();
    return { kind: "ours", previousEnd: Number.POSITIVE_INFINITY, end: async () => {} } as const;
  }
}

async function takeNotedTurn(folder: string, lastsMs: number, signal: AbortSignal) {
  const prefix = join(folder, "turn.");
  let awaited: number | undefined;
  let sign = { of: "", seenAt: 0 };
  for (;;) {
    signal.throwIfAborted();
    const latest = await latestTurn(prefix);
    if (latest.state === "held" && sign.of !== latest.sign) {
      sign = { of: latest.sign, seenAt: performance.now() };
    }
    if (latest.state === "held" && performance.now() - sign.seenAt < silenceMs) {
      awaited = latest.number;
      await setTimeout(40 + Math.random() * 60, undefined, { signal });
      continue;
    }
    if (latest.state === "over" && latest.number === awaited) {
      return { kind: "over", outcome: latest.outcome } as const;
    }
    const number = latest.number + 1;
    const holder = holderFor(lastsMs);
    if (await takeNumber(prefix, number, JSON.stringify(holder))) {
      const signs = giveSigns(`${prefix}${number}`, holder);
      return {
        kind: "ours",
        /** When the turn before ended by this machine's clock, in milliseconds since 1970. */
        previousEnd: latest.state === "over" ? latest.at : Number.POSITIVE_INFINITY,
        // What cannot be noted must not cost what was obtained: others find a process that ended.
        async end(outcome: RenewalOutcome) {
          await signs.stop();
          await endTurn(`${prefix}${number}`, outcome).catch(() => {});
        },
      } as const;
    }
  }
}

/** Who takes a turn; by its own clock, which no other machine reads, when it ends at the latest. */
export function holderFor(lastsMs: number) {
  return { ...thisProcess(), until: uptime() + lastsMs / 1_000 };
}

const signMs = 2_000;
/** How long a process of another machine may give no sign: folders on a network show it late. */
const silenceMs = 60_000;

/** Changes the file of a turn every now and then. */
function giveSigns(path: string, holder: object): { stop(): Promise<void> } {
  let sign = 0;
  let writing: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    sign += 1;
    writing = writing.then(() => writeState(path, { ...holder, sign })).catch(() => {});
  }, signMs);
  timer.unref();
  return {
    stop() {
      clearInterval(timer);
      return writing;
    },
  };
}

async function latestTurn(prefix: string) {
  const number = await latestNumber(prefix);
  const over = (outcome: RenewalOutcome, at: number) =>
    ({ number, state: "over", outcome, at }) as const;
  if (number === 0) return over({ kind: "abandoned" }, 0);
  const content = await readState(`${prefix}${number}`);
  if (!isRecord(content)) return { number, state: "dead" } as const;
  const { outcome, at, table = "", until, sign } = content;
  // What another machine's clock says is not known here: it may have been just now.
  const endedAt = isOfOurTable({ table: String(table) }) ? Number(at) : Number.POSITIVE_INFINITY;
  if (isOutcome(outcome)) return over(outcome, endedAt);
  const holder = parseProcess(content);
  if (holder === undefined) return { number, state: "dead" } as const;
  if (!isOfOurTable(holder)) return { number, state: "held", sign: `${number} ${sign}` } as const;
  const isHeld = uptime() <= Number(until) && !hasEnded(holder);
  // Its signs are not needed, and it may be busy.
  return isHeld
    ? ({ number, state: "held", sign: `${number} ${performance.now()}` } as const)
    : ({ number, state: "dead" } as const);
}

/** Only {@link endTurn} writes such a file, and only whole. */
function isOutcome(value: unknown): value is RenewalOutcome {
  return isRecord(value) && typeof value.kind === "string";
}

async function endTurn(path: string, outcome: RenewalOutcome): Promise<void> {
  const holder = parseProcess(await readState(path));
  // A process that was taken for dead has nothing left to end.
  if (holder?.pid === process.pid) {
    await writeState(path, { outcome, at: Date.now(), table: holder.table });
  }
}
