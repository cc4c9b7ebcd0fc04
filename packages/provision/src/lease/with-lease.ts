import PQueue from "p-queue";
import type { OpCli } from "../op/op-cli.ts";
import { acquireLease, type LeaseAcquisition } from "./acquire.ts";
import type { HeldLease, Lease, LeaseStore, ReleasedLease } from "./held.ts";

/**
 * Runs `work` while no other run does so for the same secret, on whatever machine: the store is the
 * arbiter. The lease of a process that died is free: at once if it ran here, else once a run that
 * waits has seen no sign of life for five minutes. Runs with another `op` wait for each other, too:
 * what the one has listed, the other may have changed.
 * @param work Is told too whether no run ever had the lease, and nothing was done under it yet.
 * @throws `STORE_BUSY` if another run holds the lease for too long, `STORE_NOT_FOUND` if there is
 * no such secret, other `STORE_…` codes, and what `work` throws.
 */
export async function withLease<T>(
  systems: LeaseSystems,
  secretId: string,
  work: (lease: Lease, isFirst: boolean) => Promise<T>,
  options: LeaseAcquisition = {},
): Promise<T> {
  const { store } = systems;
  const line = lineFor(systems, secretId);
  return line.queue.add(async () => {
    let isFirst = false;
    if (line.held === undefined || line.held.isLost()) {
      line.held = await acquireLease(store, secretId, options, line.released);
      isFirst = line.held.takenAs === 1;
    }
    const { held } = line;
    try {
      return await work(held, isFirst);
    } finally {
      // The next in this process gets it as it is.
      if (line.queue.size === 0) {
        line.held = undefined;
        line.released = await held.release();
      }
    }
  });
}

/** What a lease is for. */
interface LeaseSystems {
  readonly op: OpCli;
  readonly store: LeaseStore;
}

/** Those in this process who want the same lease, by the same means. */
interface Line {
  readonly queue: PQueue;
  held?: HeldLease | undefined;
  released?: ReleasedLease | undefined;
}

const lines = new WeakMap<OpCli, WeakMap<LeaseStore, Map<string, Line>>>();

function lineFor({ op, store }: LeaseSystems, secretId: string): Line {
  const ofOp = lines.get(op) ?? new WeakMap<LeaseStore, Map<string, Line>>();
  lines.set(op, ofOp);
  const ofStore = ofOp.get(store) ?? new Map<string, Line>();
  ofOp.set(store, ofStore);
  const line = ofStore.get(secretId) ?? { queue: new PQueue({ concurrency: 1 }) };
  ofStore.set(secretId, line);
  return line;
}
