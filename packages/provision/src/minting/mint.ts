import { type ConnectErrorCode, fingerprint, isConnectError } from "@opconnect/core";
import { encodeStoreTags, type StoreTags } from "../store/contract/value-tags.ts";
import { deleteUnlessGone, liveNamesakes } from "./kind.ts";
import { type MintingPlace, type Named, retireLeftBehind, withoutIds } from "./left-behind.ts";
import { type Minted, storeMinted, type Unstored } from "./store-minted.ts";

/** A server or a token that can be minted. */
export interface Mintable<T extends { readonly id: string }> extends Named {
  /** @param made Takes the ids of what was created and not deleted again. */
  create(made: Set<string>): Promise<Minted<T>>;
  /** What tags say of it, besides the fingerprint of its value. */
  describe(about: T): Partial<StoreTags>;
  /** Throws if there are others of the name where none is expected. */
  refuseNamesakes?: ((ids: readonly string[]) => void) | undefined;
}

/**
 * Mints a value and stores it, so that a run killed at any point and run again ends in the same
 * place. What is there of the name is announced in the store before anything is created: whatever
 * else has the name later on was made by this minting, and the next run deletes it.
 */
export async function mint<T extends { readonly id: string }>(
  mintable: Mintable<T>,
  place: MintingPlace,
): Promise<Minted<T> & { readonly versionId: string }> {
  const { store, secretId } = place;
  const namesakes = await clearNamesakes(mintable, place);
  // A store that refuses to be written shows itself before anything is created in 1Password.
  await store.tag(secretId, encodeStoreTags({ minting: namesakes }));
  const minted = await createAnnounced(mintable, namesakes, place);
  return { ...minted, versionId: await storeMinted(mintable.kind, minted, place) };
}

/** The tags of a secret that holds the value. */
export function describedBy<T extends { readonly id: string }>(
  { describe }: Pick<Mintable<T>, "describe">,
  { about, value }: Minted<T>,
): Record<string, string> {
  return encodeStoreTags({ ...describe(about), fingerprint: fingerprint(value) });
}

async function clearNamesakes<T extends { readonly id: string }>(
  mintable: Mintable<T>,
  place: MintingPlace,
): Promise<readonly string[]> {
  if (place.state.tags.minting !== undefined) return retireLeftBehind(mintable, place);
  const { kind, name, known, refuseNamesakes } = mintable;
  const namesakes = await liveNamesakes(kind, name, "recent");
  refuseNamesakes?.(withoutIds(namesakes, [known]));
  return namesakes;
}

async function createAnnounced<T extends { readonly id: string }>(
  mintable: Mintable<T>,
  namesakes: readonly string[],
  place: MintingPlace,
): Promise<Minted<T> & Unstored> {
  const made = new Set<string>();
  try {
    const minted = await mintable.create(made);
    return { ...minted, tags: describedBy(mintable, minted) };
  } catch (error) {
    const isUndone =
      (made.size === 0 && isRefusal(error)) || (await undoCreation(mintable, namesakes, place));
    // Otherwise the announcement stays, and the next run looks again.
    const { store, secretId } = place;
    if (isUndone) await store.tag(secretId, { "opconnect:minting": "" }).catch(() => undefined);
    throw error;
  }
}

/** Whether what was created without an answer was found and deleted. */
async function undoCreation(
  { kind, name }: Named,
  namesakes: readonly string[],
  { lease }: MintingPlace,
): Promise<boolean> {
  try {
    const created = withoutIds(await liveNamesakes(kind, name, "fresh"), namesakes);
    await lease.requireHeld();
    for (const id of created) await deleteUnlessGone(kind, id);
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
