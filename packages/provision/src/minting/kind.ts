import { isSameOnePasswordId } from "@opconnect/core";
import { isLive } from "../op/object-state.ts";
import { isRefused, unlessRefused } from "../op/refusal.ts";
import type { StoreTags } from "../store/contract/value-tags.ts";

/** What is minted alike: Connect servers, or the Connect tokens of one server. */
export interface MintedKind<Row extends ListedObject = ListedObject> {
  readonly noun: "Connect server" | "Connect token";
  /** What 1Password does with one, in a word. */
  readonly ended: "deleted" | "revoked";
  /** Id of the Connect server that tokens are of. */
  readonly serverId?: string;
  /** Id of the one that tags describe. */
  idOf(tags: StoreTags): string | undefined;
  /** All that 1Password lists: as they are now, or as they were within the last two minutes. */
  list(freshness: Freshness): Promise<readonly Row[]>;
  delete(id: string): Promise<void>;
  /** The command that deletes one by hand. */
  deleteCommand(id: string): string;
  /** How the store names one that is left to the next person who mints. */
  leavingAs(id: string): string;
}

/** Whether a listing may be some minutes old. */
export type Freshness = "fresh" | "recent";

/** A server or a token as `op` lists it. */
export interface ListedObject extends Identified {
  readonly name: string;
  readonly state: string;
  /** ISO 8601; `op` may not tell. */
  readonly createdAt?: string | undefined;
}

export interface Identified {
  readonly id: string;
}

export function isDescribed(kind: MintedKind, id: string, tags: StoreTags): boolean {
  return isSameOnePasswordId(kind.idOf(tags) ?? "", id);
}

/** Whether another has taken its place in the store: what tags describe is not it, and is of use. */
export function hasSuccessor(kind: MintedKind, id: string, tags: StoreTags): boolean {
  const { fingerprint, retired } = tags;
  return fingerprint !== undefined && fingerprint !== retired && !isDescribed(kind, id, tags);
}

export async function liveNamesakes(
  kind: MintedKind,
  name: string,
  freshness: Freshness,
): Promise<readonly string[]> {
  const listed = await kind.list(freshness);
  return listed.filter((row) => row.name === name && isLive(row)).map(({ id }) => id);
}

/**
 * Deletes one that may be gone already. `op` words that in more than one way, so after a refusal a
 * listing decides, where revoked ones stay for a while.
 */
export async function deleteUnlessGone(kind: MintedKind, id: string): Promise<void> {
  try {
    await kind.delete(id);
  } catch (error) {
    if (!isRefused(error)) throw error;
    const listed = await unlessRefused(() => kind.list("fresh"));
    const found = listed?.find((row) => isSameOnePasswordId(row.id, id));
    if (listed === undefined || (found !== undefined && isLive(found))) throw error;
  }
}
