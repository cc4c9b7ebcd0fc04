import { type ConnectErrorCode, isConnectError } from "@opconnect/core";
import type { Lease, LeaseOptions } from "../lease/lease.ts";
import type { OpCli } from "../op/op-cli.ts";
import type { CredentialStore } from "../store/contract/credential-store.ts";
import { encodeStoreTags } from "../store/contract/value-tags.ts";
import { orphansOf, withoutIds } from "./left-behind.ts";
import { type Minted, storeMinted } from "./store-minted.ts";
import type { StoredState } from "./stored-state.ts";

/** The outside systems that minting moves credentials between. */
export interface MintingSystems {
  readonly op: OpCli;
  readonly store: CredentialStore;
  /**
   * How to wait for another run that mints for the same environment.
   * @default - 15 minutes, said in one line on stderr
   */
  readonly lease?: LeaseOptions | undefined;
}

/** How one kind of thing is minted. */
export interface Mintable<T extends Minted> {
  /** Ids of the live objects of the name; as they are now, or as they were a moment ago. */
  listNamesakes(isFresh: boolean): Promise<readonly string[]>;
  /** Ids of objects that belong to the environment, whatever the store says. */
  readonly known: readonly (string | undefined)[];
  /** @throws `OP_NAME_TAKEN` if nothing but a stranger can have made them. */
  refuseStrangers(ids: readonly string[]): void;
  /** @param made Takes the ids of what was created and not deleted again. */
  create(made: Set<string>): Promise<T>;
  /** Deletes one; that it is gone already is no error. */
  delete(id: string): Promise<void>;
}

/** Where a value is minted to. */
export interface MintingPlace {
  readonly store: CredentialStore;
  readonly secretId: string;
  readonly lease: Lease;
  /** What the secret holds, read under the lease. */
  readonly state: StoredState;
}

/**
 * Mints a value and stores it, so that a run killed at any point and run again ends in the same
 * place. What is there of the name is announced in the store before anything is created: whatever
 * else has the name later on was made by this minting, and the next run deletes it.
 */
export async function mint<T extends Minted>(
  mintable: Mintable<T>,
  place: MintingPlace,
): Promise<{ readonly minted: T; readonly versionId: string }> {
  const { store, secretId, lease } = place;
  const namesakes = await clearNamesakes(mintable, place);
  // A store that refuses to be written shows itself before anything is created in 1Password.
  await store.tag(secretId, encodeStoreTags({ minting: namesakes }));
  const minted = await createAnnounced(mintable, namesakes, place);
  const versionId = await storeMinted(minted, { store, secretId, lease, state: place.state }, () =>
    mintable.delete(minted.id),
  );
  return { minted, versionId };
}

/**
 * Deletes what a minting left behind that was announced and cut short.
 * @returns Ids of the other live objects of the name.
 */
export async function retireLeftBehind(
  mintable: Pick<Mintable<Minted>, "listNamesakes" | "known" | "delete">,
  { state: { tags, kind }, lease }: Pick<MintingPlace, "state" | "lease">,
): Promise<readonly string[]> {
  const live = await mintable.listNamesakes(true);
  // A run that slept while another took over must not take the other's work for its own.
  await lease.requireHeld();
  const stored = kind === "empty" ? undefined : (tags.tokenId ?? tags.serverId);
  const kept = [...mintable.known, stored];
  const orphans = orphansOf({ live, announced: tags.minting ?? live, kept });
  for (const id of orphans) await mintable.delete(id);
  return withoutIds(live, orphans);
}

/**
 * Clears up after a minting that was announced and cut short, where the store holds what is needed
 * nevertheless. Where `op` cannot do it here, the next run with `op` will.
 */
export async function settleAnnouncement(
  mintable: Pick<Mintable<Minted>, "listNamesakes" | "known" | "delete">,
  { store, secretId, state, lease }: MintingPlace,
): Promise<void> {
  if (state.tags.minting === undefined) return;
  try {
    await retireLeftBehind(mintable, { state, lease });
  } catch (error) {
    if (isConnectError(error) && error.code.startsWith("OP_")) return;
    throw error;
  }
  await store.tag(secretId, { "opconnect:minting": "" });
}

async function clearNamesakes<T extends Minted>(
  mintable: Mintable<T>,
  { state, lease }: MintingPlace,
): Promise<readonly string[]> {
  if (state.tags.minting !== undefined) return retireLeftBehind(mintable, { state, lease });
  const namesakes = await mintable.listNamesakes(false);
  mintable.refuseStrangers(withoutIds(namesakes, mintable.known));
  return namesakes;
}

async function createAnnounced<T extends Minted>(
  mintable: Mintable<T>,
  namesakes: readonly string[],
  { store, secretId, lease }: MintingPlace,
): Promise<T> {
  const made = new Set<string>();
  try {
    return await mintable.create(made);
  } catch (error) {
    const isUndone =
      (made.size === 0 && isRefusal(error)) || (await undoCreation(mintable, namesakes, lease));
    // Otherwise the announcement stays, and the next run looks again.
    if (isUndone) await store.tag(secretId, { "opconnect:minting": "" }).catch(() => undefined);
    throw error;
  }
}

/** Whether what was created without an answer was found and deleted. */
async function undoCreation<T extends Minted>(
  mintable: Mintable<T>,
  namesakes: readonly string[],
  lease: Lease,
): Promise<boolean> {
  try {
    const created = withoutIds(await mintable.listNamesakes(true), namesakes);
    await lease.requireHeld();
    for (const id of created) await mintable.delete(id);
    return created.length > 0;
  } catch {
    return false;
  }
}

/** Whether `op` was turned away, so that it has created nothing. */
function isRefusal(error: unknown): boolean {
  return isConnectError(error) && refusals.has(error.code);
}

const refusals: ReadonlySet<ConnectErrorCode> = new Set<ConnectErrorCode>([
  "ARGUMENT_INVALID",
  "OP_NOT_INSTALLED",
  "OP_NOT_SIGNED_IN",
  "OP_CANNOT_MINT",
  "OP_VAULT_ACCESS",
  "OP_NOT_FOUND",
  "OP_AMBIGUOUS_NAME",
  "OP_RATE_LIMITED",
  // Each that did not fit was deleted.
  "TOKEN_MISMATCH",
]);
