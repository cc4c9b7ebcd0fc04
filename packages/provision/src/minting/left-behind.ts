import {
  defined,
  encodeTagName,
  type Hold,
  isConnectError,
  isSameOnePasswordId,
} from "@opconnect/core";
import type { Lease } from "../lease/held.ts";
import { isLive, unlessOpFails } from "../op/object-state.ts";
import type { CredentialStore } from "../store/contract/credential-store.ts";
import { encodeStoreTags, withoutAnnouncement } from "../store/contract/value-tags.ts";
import { deleteUnlessGone, type ListedObject, liveNamesakes, type MintedKind } from "./kind.ts";
import type { RequireUnused } from "./request.ts";
import type { StoredState } from "./stored-state.ts";

/** Where a server or a token is minted: under a name in 1Password, and into a secret. */
export interface MintingPlace {
  readonly kind: MintedKind;
  readonly name: string;
  /** Id of one that belongs to the environment, whatever the store says. */
  readonly known: string | undefined;
  readonly store: CredentialStore;
  readonly secretId: string;
  readonly lease: Lease;
  /** What the secret holds, read under the lease. */
  readonly state: StoredState;
  /**
   * Who is to be noted in the store as the one that has what is minted.
   * @default - those that had what was there before stay noted
   */
  readonly hold?: Hold | undefined;
  readonly requireUnused?: RequireUnused | undefined;
}

/** Tags that announce a minting before anything is created. */
export function announce({ kind, name }: MintingPlace, namesakes: readonly string[]) {
  const announced = { minting: namesakes, announcedName: name, announcedAt: new Date() };
  return encodeStoreTags({ ...announced, ...defined({ announcedServer: kind.serverId }) });
}

/**
 * Deletes what a minting left behind that was announced and cut short: what it can have made, and the
 * store does not keep the value of. It is of no use, as 1Password hands out a value once.
 * @returns Ids of the live objects of the name that stay; nothing where no minting was announced, or
 * what it has superseded may be in use.
 */
export async function retireLeftBehind(
  place: MintingPlace,
): Promise<readonly string[] | undefined> {
  const { kind, name, known, lease, state, requireUnused } = place;
  const { minting, superseded, fingerprint } = state.tags;
  if (minting === undefined) return undefined;
  // What the tags go on to describe is not superseded yet.
  const isSuperseded = superseded !== undefined && superseded !== fingerprint;
  if (isSuperseded && !(await isUnused(superseded, requireUnused))) return undefined;
  const stored = state.kind === "empty" ? undefined : kind.idOf(state.tags);
  const live = (await kind.list("fresh")).filter(isLive);
  // A run that slept while another got the lease must not take the other's work for its own.
  await lease.requireHeld();
  const made = live.filter((row) => canHaveMade(place, row)).map(({ id }) => id);
  const deleted = withoutIds(made, [...minting, known, stored]);
  for (const id of deleted) await deleteUnlessGone(kind, id);
  const namesakes = live.filter((row) => row.name === name).map(({ id }) => id);
  return withoutIds(namesakes, deleted);
}

/** A minting creates at once what it has announced. The clock of 1Password may be another. */
const creationMs = 3_600_000;

/** Whether an announced minting can have made an object that was not there before. */
function canHaveMade({ kind, name, state }: MintingPlace, row: ListedObject): boolean {
  // A release that announced no name went by the one that is asked for.
  const { announcedName = encodeTagName(name), announcedAt, announcedServer } = state.tags;
  if (encodeTagName(row.name) !== announcedName) return false;
  const ofServer = announcedServer ?? kind.serverId ?? "";
  if (!isSameOnePasswordId(ofServer, kind.serverId ?? "")) return false;
  if (announcedAt === undefined || row.createdAt === undefined) return true;
  return new Date(row.createdAt).getTime() <= announcedAt.getTime() + creationMs;
}

/**
 * Clears up after a minting that was announced and cut short, where the store holds what is needed
 * nevertheless. Where `op` cannot do it here, the next run with `op` will.
 */
export async function settleAnnouncement(place: MintingPlace): Promise<void> {
  const others = await unlessOpFails(() => retireLeftBehind(place));
  if (others === undefined) return;
  await place.store.tag(place.secretId, { ...withoutAnnouncement, "opconnect:retired": "" });
}

/** What cannot be asked may use it. */
async function isUnused(fingerprint: string, requireUnused?: RequireUnused): Promise<boolean> {
  try {
    await requireUnused?.(fingerprint);
    return true;
  } catch (error) {
    if (isConnectError(error)) return false;
    throw error;
  }
}

/** Deletes the live objects of the name that were not there before. Returns their ids. */
export async function deleteMade(
  before: readonly string[],
  { kind, name, lease }: MintingPlace,
): Promise<readonly string[]> {
  const live = await liveNamesakes(kind, name, "fresh");
  await lease.requireHeld();
  const made = withoutIds(live, before);
  for (const id of made) await deleteUnlessGone(kind, id);
  return made;
}

/** The ids that are not among others, whatever their case. */
export function withoutIds(
  ids: readonly string[],
  others: readonly (string | undefined)[],
): readonly string[] {
  return ids.filter((id) => !others.some((other) => isSameOnePasswordId(other ?? "", id)));
}
