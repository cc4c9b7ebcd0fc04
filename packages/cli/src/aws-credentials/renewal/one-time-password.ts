import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { isRecord } from "@opconnect/core/json";
import { readState, writeState } from "../state/folder.ts";

/** Where codes come from, and where it is noted which are used up. */
export interface OneTimePasswordSource {
  /** Folder of the item's notes. */
  readonly folder: string;
  /** A code that is known already, and when it was asked for. */
  readonly known?: { readonly code: string; readonly at: number } | undefined;
  readonly fetch: () => Promise<string>;
  readonly signal: AbortSignal;
  /** @default Date.now */
  readonly now?: () => number;
}

/**
 * A one-time password that was not used yet: AWS takes each once. Waits for the next if need be.
 * Which ones are used is noted by their time, before they are used.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_sync.html
 */
export async function nextOneTimePassword(source: OneTimePasswordSource): Promise<string> {
  const { folder, known, fetch, signal, now = Date.now } = source;
  const path = join(folder, "one-time-password.json");
  const used = await usedPeriod(path, periodOf(now()));
  if (known !== undefined && periodOf(known.at) > used && periodOf(known.at) === periodOf(now())) {
    await note(path, periodOf(known.at));
    return known.code;
  }
  for (;;) {
    while (periodOf(now()) <= used) {
      await setTimeout(periodMs - (now() % periodMs) + 200, undefined, { signal });
    }
    const period = periodOf(now());
    const code = await fetch();
    // It may be of either of two periods if the period changed meanwhile.
    if (periodOf(now()) !== period) continue;
    await note(path, period);
    return code;
  }
}

/** Without the note a code may be tried twice, which AWS refuses; then the next one is waited for. */
async function note(path: string, usedPeriod: number): Promise<void> {
  await writeState(path, { usedPeriod }).catch(() => {});
}

/** A note from the future is the trace of a clock that was set back. */
async function usedPeriod(path: string, current: number): Promise<number> {
  const noted = await readState(path);
  const period = isRecord(noted) ? noted.usedPeriod : 0;
  return typeof period === "number" && period <= current + 1 ? period : 0;
}

function periodOf(at: number): number {
  return Math.floor(at / periodMs);
}

/** AWS knows no other. */
const periodMs = 30_000;
