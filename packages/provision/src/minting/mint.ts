import {
  type ConnectErrorCode,
  defined,
  fingerprint,
  isConnectError,
  isOnlyHolder,
  isSameOnePasswordId,
  soleHolderTags,
} from "@opconnect/core";
import { isRefused } from "../op/refusal.ts";
import {
  decodeStoreTags,
  encodeStoreTags,
  type StoreTags,
  withoutAnnouncement,
} from "../store/contract/value-tags.ts";
import { type Freshness, type Identified, liveNamesakes } from "./kind.ts";
import {
  announce,
  deleteMade,
  type MintingPlace,
  retireLeftBehind,
  withoutIds,
} from "./left-behind.ts";
import type { MintingRequest } from "./request.ts";
import { type Minted, storeMinted } from "./store-minted.ts";

export interface Mintable<T extends Identified> {
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
export async function mint<T extends Identified>(
  mintable: Mintable<T>,
  place: MintingPlace & Pick<MintingRequest, "replaces">,
): Promise<Minted<T> & { readonly versionId: string; readonly mintedAt?: Date }> {
  const { store, secretId } = place;
  const namesakes = await clearNamesakes(mintable, place);
  // A store that refuses to be written shows itself before anything is created in 1Password.
  await store.tag(secretId, announce(place, namesakes));
  const { minted, tags } = await createAnnounced(mintable, namesakes, place);
  const { leaving } = place.state.tags;
  const kept = leaving === undefined ? {} : encodeStoreTags({ leaving });
  const described = { ...tags, ...kept, ...supersededTags(namesakes, place) };
  const versionId = await storeMinted(minted, described, place);
  return { ...minted, versionId, ...defined({ mintedAt: decodeStoreTags(tags).mintedAt }) };
}

/**
 * The announcement stays where only the store still knew what it has described until now, as the
 * state lost it, or never had it: the next run, or the deletion of what is replaced, takes it for
 * left behind. Here it may be in use.
 */
function supersededTags(
  namesakes: readonly string[],
  place: MintingPlace & Pick<MintingRequest, "replaces">,
): Record<string, string> {
  const { kind, state, hold, replaces = "" } = place;
  const { tags, encoded } = state;
  const id = kind.idOf(tags) ?? "";
  const minting = withoutIds(namesakes, [id]);
  const isLive = minting.length < namesakes.length && tags.fingerprint !== tags.retired;
  if (!isLive || tags.fingerprint === undefined || isSameOnePasswordId(id, replaces)) return {};
  if (!isOnlyHolder("value", encoded, hold?.holder)) return {};
  return { ...announce(place, minting), ...encodeStoreTags({ superseded: tags.fingerprint }) };
}

export function describedBy<T extends Identified>(
  { describe }: Pick<Mintable<T>, "describe">,
  { about, value }: Minted<T>,
): Record<string, string> {
  return encodeStoreTags({ ...describe(about), fingerprint: fingerprint(value) });
}

async function clearNamesakes<T extends Identified>(
  { refuseNamesakes }: Mintable<T>,
  place: MintingPlace,
): Promise<readonly string[]> {
  const { kind, name, known, state } = place;
  const left = await retireLeftBehind(place);
  const namesakes = left ?? (await liveNamesakes(kind, name, await sinceStored(place)));
  // Those of before an announcement were not refused then.
  refuseNamesakes?.(withoutIds(namesakes, [known, ...(state.tags.minting ?? [])]));
  return namesakes;
}

/** A listing that lacks what the store describes is older than another run's minting of that. */
async function sinceStored({ kind, state: { tags } }: MintingPlace): Promise<Freshness> {
  const stored = kind.idOf(tags);
  const isOfKind = isSameOnePasswordId(kind.serverId ?? "", tags.serverId ?? "");
  if (stored === undefined || (kind.serverId !== undefined && !isOfKind)) return "recent";
  const listed = await kind.list("recent");
  return listed.some(({ id }) => isSameOnePasswordId(id, stored)) ? "recent" : "fresh";
}

async function createAnnounced<T extends Identified>(
  mintable: Mintable<T>,
  namesakes: readonly string[],
  place: MintingPlace,
): Promise<{ readonly minted: Minted<T>; readonly tags: Record<string, string> }> {
  const made = new Set<string>();
  try {
    const minted = await mintable.create(made);
    // Here, as what no tags can describe is of no use and has to go again.
    const holders = place.hold && soleHolderTags("value", place.state.encoded, place.hold);
    const tags = laterThan(place.state.tags, describedBy(mintable, minted));
    return { minted, tags: { ...tags, ...holders } };
  } catch (error) {
    const isUndone =
      (made.size === 0 && hasMadeNothing(error)) || (await undoCreation(namesakes, place, error));
    // Otherwise the announcement stays, and the next run looks again.
    const { store, secretId } = place;
    if (isUndone) await store.tag(secretId, withoutAnnouncement).catch(() => undefined);
    throw error;
  }
}

/** Who mints a server goes by its own clock, which may be behind that of who minted the one before. */
function laterThan({ mintedAt: before }: StoreTags, tags: Record<string, string>) {
  const { mintedAt } = decodeStoreTags(tags);
  if (before === undefined || mintedAt === undefined || mintedAt > before) return tags;
  return { ...tags, ...encodeStoreTags({ mintedAt: new Date(before.getTime() + 1) }) };
}

/**
 * Whether what was created without an answer was found and deleted, or there is nothing after a
 * refusal. Without an answer it may still come.
 */
async function undoCreation(
  namesakes: readonly string[],
  place: MintingPlace,
  error: unknown,
): Promise<boolean> {
  try {
    return (await deleteMade(namesakes, place)).length > 0 || isRefused(error);
  } catch {
    return false;
  }
}

/** Whether nothing can have been created. */
function hasMadeNothing(error: unknown): boolean {
  return isConnectError(error) && harmless.has(error.code);
}

const harmless: ReadonlySet<ConnectErrorCode> = new Set<ConnectErrorCode>([
  "OP_NOT_INSTALLED",
  // Each that did not fit was deleted.
  "TOKEN_MISMATCH",
]);
