import { randomUUID } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import { ConnectError } from "@opconnect/core";
import PQueue from "p-queue";
import { clearAbandonedRuns } from "../process/abandoned-run.ts";
import { hasEnded, thisProcess } from "../process/running-process.ts";
import type { CredentialStore } from "../store/contract/credential-store.ts";
import { isOwnLease, type LeaseText, parseLease, renderLease } from "./lease-text.ts";

/** The right to mint for one secret, held by one process at a time. */
export interface Lease {
  /** Time since when no other process has held it, in milliseconds since 1970. */
  readonly heldSince: number;
  /**
   * Makes sure, in the store, that nobody else has taken over: to be asked before what cannot be
   * taken back.
   * @throws `STORE_BUSY` if somebody else has, `STORE_…` codes.
   */
  requireHeld(): Promise<void>;
}

/** How patient `withLease` is. */
export interface LeaseOptions {
  /** Ends the waiting. */
  readonly signal?: AbortSignal | undefined;
  /**
   * How long to wait for somebody else, in milliseconds.
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

/** The part of a store that a lease needs. */
export type LeaseStore = Pick<CredentialStore, "readLease" | "writeLease">;

/**
 * Runs `work` while no other run does so for the same secret, on whatever machine: the store is the
 * arbiter. The lease of a process that died is taken over, at once if it ran here, else when its
 * time is over.
 * @throws `STORE_BUSY` if somebody else holds the lease for too long, `STORE_NOT_FOUND` if there is
 * no such secret, other `STORE_…` codes, and what `work` throws.
 */
export async function withLease<T>(
  store: LeaseStore,
  secretId: string,
  work: (lease: Lease) => Promise<T>,
  options: LeaseOptions = {},
): Promise<T> {
  const line = lineFor(store, secretId);
  return line.queue.add(async () => {
    if (line.held === undefined || line.held.isLost()) {
      line.held = await acquire(store, secretId, options, line.released);
    }
    const { held } = line;
    try {
      return await work(held);
    } finally {
      // Whoever waits in this process gets it as it is.
      if (line.queue.size === 0) {
        line.held = undefined;
        line.released = await held.release();
      }
    }
  });
}

/** Those in this process who want the same lease. */
interface Line {
  readonly queue: PQueue;
  held?: HeldLease | undefined;
  released?: ReleasedLease | undefined;
}

/** A lease that this process gave back. */
interface ReleasedLease {
  readonly sequence: number;
  readonly heldSince: number;
}

const lines = new WeakMap<LeaseStore, Map<string, Line>>();

function lineFor(store: LeaseStore, secretId: string): Line {
  const ofStore = lines.get(store) ?? new Map<string, Line>();
  lines.set(store, ofStore);
  const line = ofStore.get(secretId) ?? { queue: new PQueue({ concurrency: 1 }) };
  ofStore.set(secretId, line);
  return line;
}

/** How long a lease lasts after the last sign of life. Clocks may differ by some minutes. */
const termMs = 300_000;
const heartbeatMs = 60_000;

async function acquire(
  store: LeaseStore,
  secretId: string,
  options: LeaseOptions,
  released: ReleasedLease | undefined,
): Promise<HeldLease> {
  const { signal, waitMs = 900_000, pollMs = 1_000, report = toStderr } = options;
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

/** Nonces of the leases that this process holds. */
const heldHere = new Set<string>();

/** Whether it is a lease of this very process that could not be given back. */
function isLeftOver(lease: LeaseText): boolean {
  const { table, pid, started } = thisProcess();
  const isOurs = lease.table === table && lease.pid === pid && lease.started === started;
  return isOurs && !heldHere.has(lease.nonce);
}

interface HeldLease extends Lease {
  isLost(): boolean;
  /** Frees it for others; where that fails, they wait until its time is over. */
  release(): Promise<ReleasedLease | undefined>;
}

function hold(
  store: LeaseStore,
  secretId: string,
  at: ReleasedLease & { readonly nonce: string },
): HeldLease {
  const { nonce, heldSince } = at;
  let { sequence } = at;
  let isLost = false;
  let isReleased = false;
  // One write after the other: each has the number that follows on the last.
  const writes = new PQueue({ concurrency: 1 });

  const write = (until: Date) =>
    writes.add(async () => {
      if (isReleased) throw busy(secretId, undefined);
      const text = renderLease(nonce, until);
      if (!isLost && (await store.writeLease(secretId, sequence + 1, text))) {
        sequence += 1;
        return;
      }
      // A write of ours may have arrived though its answer did not.
      const current = await store.readLease(secretId);
      if (isOwnLease(current.text, nonce)) {
        sequence = current.sequence;
        if (await store.writeLease(secretId, sequence + 1, text)) {
          sequence += 1;
          isLost = false;
          return;
        }
      }
      isLost = true;
      throw busy(secretId, parseLease(current.text));
    });

  const renew = () => write(new Date(Date.now() + termMs));
  // What fails here shows itself in `requireHeld`.
  const heartbeat = setInterval(() => void renew().catch(() => undefined), heartbeatMs);
  heartbeat.unref();
  heldHere.add(nonce);

  return {
    heldSince,
    requireHeld: renew,
    isLost: () => isLost,
    async release() {
      clearInterval(heartbeat);
      heldHere.delete(nonce);
      const isFree = await write(new Date(0)).then(
        () => true,
        () => false,
      );
      isReleased = true;
      return isFree ? { sequence, heldSince } : undefined;
    },
  };
}

function busy(secretId: string, holder: LeaseText | undefined): ConnectError {
  const who = holder === undefined ? "Another run" : nameOf(holder);
  const until = holder === undefined ? "" : ` Its lease lasts until ${holder.until.toISOString()}.`;
  return new ConnectError(
    "STORE_BUSY",
    `${who} ${doing(secretId)}.${until}`,
    "Wait until that run has ended, then run again. If it died on another machine, its lease ends by itself.",
  );
}

function nameOf({ pid, host }: LeaseText): string {
  return `process ${pid} on ${host}`;
}

function doing(secretId: string): string {
  return `is minting for the secret ${secretId}`;
}

function toStderr(line: string): void {
  process.stderr.write(`${line}\n`);
}
