import { defined, fingerprint } from "@opconnect/core";
import type { Lease } from "../lease/held.ts";
import { withLease } from "../lease/with-lease.ts";
import { withAdminCommand } from "../op/admin-command.ts";
import type { CredentialStore } from "../store/contract/credential-store.ts";
import { encodeStoreTags } from "../store/contract/value-tags.ts";
import { deleteUnlessGone, isDescribed, type MintedKind } from "./kind.ts";
import { retireLeftBehind } from "./left-behind.ts";
import type { MintingRequest, MintingSystems } from "./request.ts";
import { readState, readTags, type StoredState } from "./stored-state.ts";

/** Where the value of what shall be gone is kept, and who may say so. */
export interface MintedDeletion extends Pick<MintingRequest, "secretId" | "adminCommand"> {
  /**
   * Name in 1Password, to find what a minting left behind that was cut short.
   * @default - that of the secret's tags
   */
  readonly name?: string | undefined;
  /**
   * The claim of the record, where it was adopted. Where another resource has claimed it since, it
   * is left alone.
   * @default - it was minted, not adopted
   */
  readonly claim?: string | undefined;
}

/**
 * Deletes what was minted and marks its stored value as retired. One that is gone already is no
 * error, nor is a secret that is. What a minting left behind that was cut short goes too.
 * @returns `"kept"` if another resource has claimed it since: it is left alone.
 * @throws `STORE_…` and `OP_…` codes.
 */
export async function deleteMinted(
  kind: MintedKind,
  id: string,
  { name, secretId, claim, adminCommand }: MintedDeletion,
  { store, lease: options }: MintingSystems,
): Promise<"deleted" | "kept"> {
  const deleteIt = () => withAdminCommand(adminCommand, () => deleteUnlessGone(kind, id));
  if ((await store.describe(secretId)) === undefined) {
    await deleteIt();
    return "deleted";
  }
  const work = async (lease: Lease): Promise<"deleted" | "kept"> => {
    const tags = await readTags(store, secretId);
    const isClaimed = tags.claim !== undefined && tags.claim !== claim;
    if (isClaimed && isDescribed(kind, id, tags)) return "kept";
    await deleteIt();
    const state = await readState(store, secretId);
    const recorded = name ?? state.tags.name;
    if (recorded !== undefined) {
      const place = { kind, name: recorded, known: id, store, secretId, lease, state };
      await withAdminCommand(adminCommand, () => retireLeftBehind(place));
    }
    await retireStored(kind, id, secretId, store);
    if (state.tags.minting !== undefined) await store.tag(secretId, { "opconnect:minting": "" });
    return "deleted";
  };
  return withLease(store, secretId, work, options);
}

/**
 * Marks the stored value as one that no longer opens anything, so that no run adopts it. Does
 * nothing where the store describes something else by now. Names and vaults stay on record.
 */
async function retireStored(
  kind: MintedKind,
  id: string,
  secretId: string,
  store: CredentialStore,
): Promise<void> {
  const state = await readState(store, secretId);
  const { tags } = state;
  const isCurrent = tags.fingerprint !== undefined && isDescribed(kind, id, tags);
  const leftBehind = tags.minting === undefined ? undefined : undescribed(state);
  if (!isCurrent && leftBehind === undefined) return;
  const retired = leftBehind ?? tags.fingerprint;
  await store.tag(secretId, {
    "opconnect:fingerprint": "",
    "opconnect:minting": "",
    "opconnect:rotate": "",
    ...encodeStoreTags(defined({ retired })),
  });
}

/** Fingerprint of a value that no tags describe, as a minting leaves it that is cut short. */
function undescribed(state: StoredState): string | undefined {
  if (state.kind !== "unfinished" && state.kind !== "displaced") return undefined;
  return state.stored === undefined ? undefined : fingerprint(state.stored.value);
}
