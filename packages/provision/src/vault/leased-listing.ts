import { type Lease, withLease } from "../lease/lease.ts";
import { createVaultListing, type VaultListing } from "../op/listings/vaults.ts";
import type { OpCli } from "../op/op-cli.ts";
import type { CredentialStore } from "../store/contract/credential-store.ts";

/** Where a listing is shared: the secret whose lease it was made under. */
export interface VaultLease {
  readonly store: CredentialStore;
  readonly secretId: string;
}

/**
 * Runs `work` with a listing that is right as long as it runs: it was made under the lease of the
 * environment's credentials, without which no run creates a vault. Runs of this process that follow
 * on each other share it, as no other process had the lease in between.
 * @throws `STORE_BUSY` and other `STORE_…` codes, and what `work` throws.
 */
export async function withLeasedListing<T>(
  { store, secretId }: VaultLease,
  op: OpCli,
  work: (listing: VaultListing, lease: Lease) => Promise<T>,
): Promise<T> {
  return withLease(store, secretId, async (lease) => {
    const kept = listingsOf(store);
    const entry = await continued(kept.get(secretId), { store, secretId }, lease, op);
    kept.set(secretId, entry);
    try {
      return await work(entry.listing, lease);
    } finally {
      entry.sequence = await numberOfLease(store, secretId);
    }
  });
}

interface LeasedListing {
  readonly op: OpCli;
  readonly lease: Lease;
  readonly listing: VaultListing;
  /** Number of the lease when it was last used; unknown if the store did not say. */
  sequence: number | undefined;
}

const listings = new WeakMap<CredentialStore, Map<string, LeasedListing>>();

function listingsOf(store: CredentialStore): Map<string, LeasedListing> {
  const ofStore = listings.get(store) ?? new Map<string, LeasedListing>();
  listings.set(store, ofStore);
  return ofStore;
}

/** Giving a lease back and taking it again are one number each, if nobody comes in between. */
async function continued(
  last: LeasedListing | undefined,
  { store, secretId }: VaultLease,
  lease: Lease,
  op: OpCli,
): Promise<LeasedListing> {
  if (last?.op === op && last.lease === lease) return last;
  const sequence = await numberOfLease(store, secretId);
  const isNext = last?.sequence !== undefined && sequence === last.sequence + 2;
  const listing = last?.op === op && isNext ? last.listing : createVaultListing(op);
  return { op, lease, listing, sequence };
}

async function numberOfLease(store: CredentialStore, secretId: string) {
  return store.readLease(secretId).then(
    ({ sequence }) => sequence,
    () => undefined,
  );
}
