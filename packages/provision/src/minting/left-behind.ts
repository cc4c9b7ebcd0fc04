import { isConnectError, isSameOnePasswordId } from "@opconnect/core";
import type { Lease } from "../lease/held-lease.ts";
import type { CredentialStore } from "../store/contract/credential-store.ts";
import { deleteUnlessGone, liveNamesakes, type MintedKind } from "./kind.ts";
import type { StoredState } from "./stored-state.ts";

/** A server or a token by its name. */
export interface Named {
  readonly kind: MintedKind;
  readonly name: string;
  /** Id of one that belongs to the environment, whatever the store says. */
  readonly known: string | undefined;
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
 * Deletes what a minting left behind that was announced and cut short: made since, and not what the
 * store keeps the value of. It is of no use, as 1Password hands out a value once.
 * @returns Ids of the other live objects of the name.
 */
export async function retireLeftBehind(
  { kind, name, known }: Named,
  { state: { tags, kind: found }, lease }: Pick<MintingPlace, "state" | "lease">,
): Promise<readonly string[]> {
  const live = await liveNamesakes(kind, name, "fresh");
  // A run that slept while another got the lease must not take the other's work for its own.
  await lease.requireHeld();
  const stored = found === "empty" ? undefined : kind.idOf(tags);
  const leftBehind = withoutIds(live, [...(tags.minting ?? live), known, stored]);
  for (const id of leftBehind) await deleteUnlessGone(kind, id);
  return withoutIds(live, leftBehind);
}

/**
 * Clears up after a minting that was announced and cut short, where the store holds what is needed
 * nevertheless. Where `op` cannot do it here, the next run with `op` will.
 */
export async function settleAnnouncement(named: Named, place: MintingPlace): Promise<void> {
  const { store, secretId, state } = place;
  if (state.tags.minting === undefined) return;
  try {
    await retireLeftBehind(named, place);
  } catch (error) {
    if (isConnectError(error) && error.code.startsWith("OP_")) return;
    throw error;
  }
  await store.tag(secretId, { "opconnect:minting": "" });
}

/** The ids that are not among others, whatever their case. */
export function withoutIds(
  ids: readonly string[],
  others: readonly (string | undefined)[],
): readonly string[] {
  return ids.filter((id) => !others.some((other) => isSameOnePasswordId(other ?? "", id)));
}
