import { mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import type { ConnectErrorCode } from "@opconnect/core";
import { describeHolder, mayBeAlive, parseHolder } from "../state/lock-holder.ts";
import { readState, writeState } from "../state/state-folder.ts";

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

/** Our turn to renew, or the end of that of somebody else we waited for. */
export type RenewalTurn =
  | {
      readonly kind: "ours";
      /** When the turn before ended, in milliseconds since 1970. */
      readonly previousEnd: number;
      end(outcome: RenewalOutcome): Promise<void>;
    }
  | { readonly kind: "over"; readonly outcome: RenewalOutcome };

/**
 * Takes the turn to renew, or waits until somebody else's turn is over.
 *
 * Turns are files with consecutive numbers. The highest is never deleted, only made exclusively and
 * then marked as over, so that two processes can never take the turn of a dead one both.
 * @param until When this process ends itself at the latest: milliseconds since 1970.
 */
export async function takeTurn(
  folder: string,
  { until, signal }: { readonly until: number; readonly signal: AbortSignal },
): Promise<RenewalTurn> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  let awaited: number | undefined;
  for (;;) {
    signal.throwIfAborted();
    const latest = await latestTurn(folder);
    if (awaited !== undefined && latest.number > awaited) {
      // Whoever took the turn after a dead one does not wait for us; we do for them.
      awaited = undefined;
    }
    if (latest.state === "held") {
      awaited = latest.number;
      await setTimeout(40 + Math.random() * 60, undefined, { signal });
      continue;
    }
    if (awaited === latest.number && latest.state === "over") {
      return { kind: "over", outcome: latest.outcome };
    }
    const number = latest.number + 1;
    if (await begin(folder, number, until)) {
      return {
        kind: "ours",
        previousEnd: latest.state === "over" ? latest.at : Number.POSITIVE_INFINITY,
        end: (outcome) => end(folder, number, outcome),
      };
    }
  }
}

interface LatestTurn {
  readonly number: number;
  readonly state: "held" | "dead";
}

interface EndedTurn {
  readonly number: number;
  readonly state: "over";
  readonly outcome: RenewalOutcome;
  readonly at: number;
}

async function latestTurn(folder: string): Promise<LatestTurn | EndedTurn> {
  const number = Math.max(0, ...(await turnNumbers(folder)));
  if (number === 0) return { number, state: "over", outcome: { kind: "abandoned" }, at: 0 };
  const path = turnPath(folder, number);
  const content = await readState(path);
  if (typeof content === "object" && content !== null && "outcome" in content) {
    const { outcome, at } = content as { outcome: RenewalOutcome; at: number };
    return { number, state: "over", outcome, at };
  }
  const holder = parseHolder(content);
  if (holder !== undefined) {
    return { number, state: mayBeAlive(holder, Date.now()) ? "held" : "dead" };
  }
  return { number, state: (await isYoung(path)) ? "held" : "dead" };
}

/** A file that was made a moment ago may not be written yet. */
async function isYoung(path: string): Promise<boolean> {
  const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: 0 }));
  return Math.abs(Date.now() - mtimeMs) < 2_000;
}

async function begin(folder: string, number: number, until: number): Promise<boolean> {
  const path = turnPath(folder, number);
  try {
    await writeFile(path, JSON.stringify(describeHolder(until)), { mode: 0o600, flag: "wx" });
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
  const numbers = await turnNumbers(folder);
  if (Math.max(...numbers) > number) {
    // We looked long ago: since then the number was taken, and its file was cleared away.
    await rm(path, { force: true });
    return false;
  }
  await Promise.all(
    numbers
      .filter((each) => each < number)
      .map((each) => rm(turnPath(folder, each), { force: true })),
  );
  return true;
}

async function end(folder: string, number: number, outcome: RenewalOutcome): Promise<void> {
  const path = turnPath(folder, number);
  const own = parseHolder(await readFile(path, "utf8").then(JSON.parse, () => undefined));
  // Whoever was taken for dead has nothing left to end.
  if (own?.pid === process.pid) await writeState(path, { outcome, at: Date.now() });
}

async function turnNumbers(folder: string): Promise<readonly number[]> {
  const names = await readdir(folder);
  return names.flatMap((name) => {
    const number = /^turn\.(\d+)$/.exec(name)?.[1];
    return number === undefined ? [] : [Number(number)];
  });
}

function turnPath(folder: string, number: number): string {
  return join(folder, `turn.${number}`);
}
