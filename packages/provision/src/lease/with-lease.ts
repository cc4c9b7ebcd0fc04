import PQueue from "p-queue";
import { acquireLease, type LeaseOptions } from "./acquire.ts";
import type { HeldLease, Lease, LeaseStore, ReleasedLease } from "./held.ts";

/**
 * Runs `work` while no other run does so for the same secret, on whatever machine: the store is the
 * arbiter. The lease of a process that died is free: at once if it ran here, else when its
 * time is over.
 * @throws `STORE_BUSY` if another run holds the lease for too long, `STORE_NOT_FOUND` if there is
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
      line.held = await acquireLease(store, secretId, options, line.released);
    }
    const { held } = line;
    try {
      return await work(held);
    } finally {
      // The next in this process gets it as it is.
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

const lines = new WeakMap<LeaseStore, Map<string, Line>>();

function lineFor(store: LeaseStore, secretId: string): Line {
  const ofStore = lines.get(store) ?? new Map<string, Line>();
  lines.set(store, ofStore);
  const line = ofStore.get(secretId) ?? { queue: new PQueue({ concurrency: 1 }) };
  ofStore.set(secretId, line);
  return line;
}
