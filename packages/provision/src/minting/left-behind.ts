import { type Hold, isConnectError, isSameOnePasswordId } from "@opconnect/core";
import type { Lease } from "../lease/held.ts";
import { unlessOpFails } from "../op/object-state.ts";
import type { CredentialStore } from "../store/contract/credential-store.ts";
import { deleteUnlessGone, liveNamesakes, type MintedKind } from "./kind.ts";
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

/**
 * Deletes what a minting left behind that was announced and cut short: made since, and not what the
 * store keeps the value of. It is of no use, as 1Password hands out a value once.
 * @returns Ids of the other live objects of the name; nothing where no minting was announced, or
 * what it has superseded may be in use.
 */
export async function retireLeftBehind(
  place: MintingPlace,
): Promise<readonly string[] | undefined> {
  const { kind, known, state, requireUnused } = place;
  const { minting, superseded } = state.tags;
  if (minting === undefined) return undefined;
  if (superseded !== undefined && !(await isUnused(superseded, requireUnused))) return undefined;
  const stored = state.kind === "empty" ? undefined : kind.idOf(state.tags);
  return (await deleteAllBut([...minting, known, stored], place)).kept;
}

/**
 * Clears up after a minting that was announced and cut short, where the store holds what is needed
 * nevertheless. Where `op` cannot do it here, the next run with `op` will.
 */
export async function settleAnnouncement(place: MintingPlace): Promise<void> {
  const others = await unlessOpFails(() => retireLeftBehind(place));
  if (others === undefined) return;
  await place.store.tag(place.secretId, { ...announcementTags, "opconnect:retired": "" });
}

/** Takes an announcement back. */
export const announcementTags = { "opconnect:minting": "", "opconnect:superseded": "" } as const;

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

/** Deletes the live objects of the name that are not among those to be kept. */
export async function deleteAllBut(
  keep: readonly (string | undefined)[],
  { kind, name, lease }: Pick<MintingPlace, "kind" | "name" | "lease">,
): Promise<{ readonly kept: readonly string[]; readonly deleted: readonly string[] }> {
  const live = await liveNamesakes(kind, name, "fresh");
  // A run that slept while another got the lease must not take the other's work for its own.
  await lease.requireHeld();
  const deleted = withoutIds(live, keep);
  for (const id of deleted) await deleteUnlessGone(kind, id);
  return { kept: withoutIds(live, deleted), deleted };
}

/** The ids that are not among others, whatever their case. */
export function withoutIds(
  ids: readonly string[],
  others: readonly (string | undefined)[],
): readonly string[] {
  return ids.filter((id) => !others.some((other) => isSameOnePasswordId(other ?? "", id)));
}
