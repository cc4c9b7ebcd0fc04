import { randomUUID } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import { clearAbandonedRuns } from "../process/abandoned-run.ts";
import { hasEnded } from "../process/running-process.ts";
import type { StoredLease } from "../store/contract/credential-store.ts";
import { busy, doing, nameOf } from "./busy.ts";
import { type HeldLease, hold, type LeaseStore, type ReleasedLease } from "./held.ts";
import { type LeaseText, parseLease, renderLease } from "./text.ts";
import { unheldNonces } from "./unheld.ts";

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

/** How a lease is taken. */
export interface LeaseAcquisition extends LeaseOptions {
  /**
   * Whether nothing was seen in the secret a moment ago, no lease either: then the first number is
   * taken without a look, and refused if another run has been quicker.
   * @default false
   */
  readonly isUntouched?: boolean | undefined;
}

/** How long a lease lasts after the last sign of life of its holder. */
const termMs = 300_000;

/**
 * Takes the lease as soon as it is free: never held, given back, of a run that ended, or without a
 * sign of life for its term while this run looked on. The clocks of two machines are not compared.
 */
export async function acquireLease(
  store: LeaseStore,
  secretId: string,
  options: LeaseAcquisition,
  released: ReleasedLease | undefined,
): Promise<HeldLease> {
  const { signal, waitMs = 900_000, pollMs = 1_000, isUntouched = false } = options;
  const { report = (line) => process.stderr.write(`${line}\n`) } = options;
  const nonce = randomUUID();
  const giveUpAt = performance.now() + waitMs;
  let last = { sequence: -1, seenAt: 0 };
  let hasReported = false;
  let seen: StoredLease | undefined = isUntouched ? { sequence: 0 } : undefined;
  for (;;) {
    signal?.throwIfAborted();
    const { sequence, text } = seen ?? (await store.readLease(secretId));
    seen = undefined;
    if (sequence !== last.sequence) last = { sequence, seenAt: performance.now() };
    const current = parseLease(text);
    const isStill = performance.now() - last.seenAt >= termMs;
    if (current === undefined || isStill || isOver(current)) {
      if (current !== undefined && hasEnded(current)) await clearAbandonedRuns(current);
      // Until it is known to be held: a write may arrive though its answer does not.
      unheldNonces.add(nonce);
      if (await store.writeLease(secretId, sequence + 1, renderLease(nonce, "held"))) {
        // Before the first of all leases, nobody has minted for it.
        const since = sequence === 0 ? 0 : Date.now();
        const heldSince = released?.sequence === sequence ? released.heldSince : since;
        return hold(store, secretId, { nonce, sequence: sequence + 1, heldSince });
      }
    } else if (!hasReported) {
      report(`Waiting for ${nameOf(current)}, who ${doing(secretId)}: this run goes on after it …`);
      hasReported = true;
    }
    if (performance.now() >= giveUpAt) throw busy(secretId, current);
    await setTimeout(pollMs, undefined, signal === undefined ? {} : { signal });
  }
}

function isOver(lease: LeaseText): boolean {
  return lease.state === "free" || unheldNonces.has(lease.nonce) || hasEnded(lease);
}
