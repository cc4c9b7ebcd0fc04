import { randomUUID } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import { clearAbandonedRuns } from "../process/abandoned-run.ts";
import { hasEnded } from "../process/running-process.ts";
import { busy, doing, nameOf } from "./busy.ts";
import {
  type HeldLease,
  hold,
  isLeftOver,
  type LeaseStore,
  type ReleasedLease,
  termMs,
} from "./held.ts";
import { type LeaseText, parseLease, renderLease } from "./text.ts";

/** How patient `withLease` is. */
export interface LeaseOptions {
  /** Ends the waiting. */
  readonly signal?: AbortSignal | undefined;
  /**
   * How long to wait for another run, in milliseconds.
   * @default 900_000
   */
  readonly waitMs?: number | undefined;
  /**
   * How often to look whether the lease is free, in milliseconds.
   * @default 1_000
   */
  readonly pollMs?: number | undefined;
  /**
   * Takes one line that says whom this run waits for.
   * @default - it goes to stderr
   */
  readonly report?: ((line: string) => void) | undefined;
}

/** Takes the lease as soon as it is free: never held, given back, or of a run that ended. */
export async function acquireLease(
  store: LeaseStore,
  secretId: string,
  options: LeaseOptions,
  released: ReleasedLease | undefined,
): Promise<HeldLease> {
  const { signal, waitMs = 900_000, pollMs = 1_000 } = options;
  const { report = (line) => process.stderr.write(`${line}\n`) } = options;
  const nonce = randomUUID();
  const began = Date.now();
  let hasReported = false;
  for (;;) {
    signal?.throwIfAborted();
    const { sequence, text } = await store.readLease(secretId);
    const current = parseLease(text);
    const isFree = current === undefined || isOver(current);
    if (isFree) {
      if (current !== undefined && hasEnded(current)) await clearAbandonedRuns(current);
      const next = renderLease(nonce, new Date(Date.now() + termMs));
      if (await store.writeLease(secretId, sequence + 1, next)) {
        const heldSince = released?.sequence === sequence ? released.heldSince : Date.now();
        return hold(store, secretId, { nonce, sequence: sequence + 1, heldSince });
      }
    } else {
      if (Date.now() - began >= waitMs) throw busy(secretId, current);
      if (!hasReported)
        report(`opconnect: waiting for ${nameOf(current)}, who ${doing(secretId)}.`);
      hasReported = true;
    }
    await setTimeout(pollMs, undefined, signal === undefined ? {} : { signal });
  }
}

function isOver(lease: LeaseText): boolean {
  return lease.until.getTime() <= Date.now() || hasEnded(lease) || isLeftOver(lease);
}
