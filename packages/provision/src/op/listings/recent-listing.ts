import type { OpCli } from "../op-cli.ts";

/** What `op` listed, kept for a while: many steps of one run need the same list. */
export interface RecentListing<T> {
  /** The last listing if it is recent, else a new one. */
  recent(op: OpCli, of: string): Promise<readonly T[]>;
  /** A new listing. */
  fresh(op: OpCli, of: string): Promise<readonly T[]>;
  /** Forgets the listings of an adapter, as something was changed. */
  forget(op: OpCli): void;
}

interface Listed<T> {
  readonly rows: Promise<readonly T[]>;
  readonly at: number;
}

/**
 * Makes a listing that is kept per adapter.
 * @param list Lists anew; where that need not be fresh, it may take what was listed elsewhere.
 * @param keptMs How long it counts as recent, in milliseconds.
 */
export function createRecentListing<T>(
  list: (op: OpCli, of: string, isFresh: boolean) => Promise<readonly T[]>,
  keptMs = 120_000,
): RecentListing<T> {
  const listings = new WeakMap<OpCli, Map<string, Listed<T>>>();

  async function listAgain(op: OpCli, of: string, isFresh: boolean): Promise<readonly T[]> {
    const ofAdapter = listings.get(op) ?? new Map<string, Listed<T>>();
    listings.set(op, ofAdapter);
    const listed = { rows: list(op, of, isFresh), at: Date.now() };
    ofAdapter.set(of, listed);
    try {
      return await listed.rows;
    } catch (error) {
      // A refusal is not kept: somebody may sign in.
      if (ofAdapter.get(of) === listed) ofAdapter.delete(of);
      throw error;
    }
  }

  return {
    fresh: (op, of) => listAgain(op, of, true),
    forget: (op) => listings.delete(op),

    async recent(op, of) {
      const listed = listings.get(op)?.get(of);
      if (listed === undefined || Date.now() - listed.at > keptMs) return listAgain(op, of, false);
      return listed.rows;
    },
  };
}
