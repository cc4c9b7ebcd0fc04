import PQueue from "p-queue";
import type { CredentialStore } from "../store/contract/credential-store.ts";
import { busy } from "./busy.ts";
import { type LeaseText, parseLease, renderLease } from "./text.ts";
import { unheldNonces } from "./unheld.ts";

/** The right to mint for one secret, held by one process at a time. */
export interface Lease {
  /** Time since when no other process has held it, in milliseconds since 1970; 0 if none ever has. */
  readonly heldSince: number;
  /**
   * Makes sure, in the store, that no other run has got it: to be asked before what cannot be
   * taken back.
   * @throws `STORE_BUSY` if another run has, `STORE_…` codes.
   */
  requireHeld(): Promise<void>;
}

/** The part of a store that a lease needs. */
export type LeaseStore = Pick<CredentialStore, "readLease" | "writeLease">;

/** A lease, and what its holder does with it. */
export interface HeldLease extends Lease {
  /** Its number when it was taken. */
  readonly takenAs: number;
  isLost(): boolean;
  /** Frees it for others; where that fails, they wait until its time is over. */
  release(): Promise<ReleasedLease | undefined>;
}

/** A lease that this process gave back. */
export interface ReleasedLease {
  readonly sequence: number;
  readonly heldSince: number;
}

const heartbeatMs = 60_000;

/** Keeps up a lease that was taken, by a sign of life every minute. */
export function hold(
  store: LeaseStore,
  secretId: string,
  at: ReleasedLease & { readonly nonce: string },
): HeldLease {
  const { nonce, heldSince } = at;
  let { sequence } = at;
  let written = now();
  let isLost = false;
  let isReleased = false;
  // One write after the other: each has the number that follows on the last.
  const writes = new PQueue({ concurrency: 1 });

  async function writeNext(text: string): Promise<boolean> {
    const begun = now();
    const isOurs = await store.writeLease(secretId, sequence + 1, text);
    if (isOurs) [sequence, written] = [sequence + 1, begun];
    return isOurs;
  }

  const write = (state: LeaseText["state"]) =>
    writes.add(async () => {
      if (isReleased) throw busy(secretId, undefined);
      const text = renderLease(nonce, state);
      if (!isLost && (await writeNext(text))) return;
      // A write of ours may have arrived though its answer did not.
      const current = await store.readLease(secretId);
      if (parseLease(current.text)?.nonce === nonce) {
        sequence = current.sequence;
        isLost = !(await writeNext(text));
        if (!isLost) return;
      }
      isLost = true;
      throw busy(secretId, parseLease(current.text));
    });

  const renew = () => write("held");

  /** Looks only where no other run can have taken it over: a store may keep each write for a day. */
  async function requireHeld(): Promise<void> {
    if (isLost || !isRecent(written)) return renew();
    const { text } = await store.readLease(secretId);
    if (parseLease(text)?.nonce !== nonce) return renew();
  }

  // What fails here shows itself in `requireHeld`.
  const heartbeat = setInterval(() => void renew().catch(() => undefined), heartbeatMs);
  heartbeat.unref();
  unheldNonces.delete(nonce);

  return {
    heldSince,
    takenAs: at.sequence,
    requireHeld,
    isLost: () => isLost,
    async release() {
      clearInterval(heartbeat);
      unheldNonces.add(nonce);
      const isFree = await write("free").then(
        () => true,
        () => false,
      );
      isReleased = true;
      return isFree ? { sequence, heldSince } : undefined;
    },
  };
}

/** The one stands still while a machine sleeps, the other can be set. */
interface Moment {
  readonly monotonic: number;
  readonly wall: number;
}

function now(): Moment {
  return { monotonic: performance.now(), wall: Date.now() };
}

function isRecent({ monotonic, wall }: Moment): boolean {
  const asleep = Math.abs(Date.now() - wall);
  return Math.max(performance.now() - monotonic, asleep) < heartbeatMs;
}
