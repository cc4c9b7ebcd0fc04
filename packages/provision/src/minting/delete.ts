import { fingerprint } from "@opconnect/core";
import type { Lease } from "../lease/held-lease.ts";
import { withLease } from "../lease/with-lease.ts";
import { withAdminCommand } from "../op/admin-command.ts";
import type { CredentialStore } from "../store/contract/credential-store.ts";
import { decodeStoreTags, encodeStoreTags } from "../store/contract/value-tags.ts";
import { isClaimedByAnother } from "./claim.ts";
import { deleteUnlessGone, isDescribed, type MintedKind } from "./kind.ts";
import { retireLeftBehind } from "./left-behind.ts";
import type { MintingSystems } from "./request.ts";
import { readState } from "./stored-state.ts";

/** Where the value of what shall be gone is kept, and who may say so. */
export interface MintedDeletion {
  /**
   * Name in 1Password, to find what a minting left behind that was cut short.
   * @default - that of the secret's tags
   */
  readonly name?: string | undefined;
  /** The secret that keeps its value. */
  readonly secretId: string;
  /**
   * The claim of the record, where it was adopted. Where another resource has claimed it since, it
   * is left alone.
   * @default - it was minted, not adopted
   */
  readonly claim?: string | undefined;
  /** What an admin who can mint has to run, e.g. `"pulumi destroy --stack acme-prod"`. */
  readonly adminCommand: string;
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
    if (await isClaimedByAnother(kind, id, { secretId, claim }, store)) return "kept";
    await deleteIt();
    const state = await readState(store, secretId);
    const isAnnounced = state.tags.minting !== undefined;
    const recorded = name ?? state.tags.name;
    if (isAnnounced && recorded !== undefined) {
      const named = { kind, name: recorded, known: id };
      await withAdminCommand(adminCommand, () => retireLeftBehind(named, { state, lease }));
    }
    await retireStored(kind, id, secretId, store);
    if (isAnnounced) await store.tag(secretId, { "opconnect:minting": "" });
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
  const secret = await store.describe(secretId);
  if (secret === undefined) return;
  const tags = decodeStoreTags(secret.tags);
  const isCurrent = tags.fingerprint !== undefined && isDescribed(kind, id, tags);
  // A value that nothing describes was left there by a minting that was cut short.
  const leftBehind = tags.minting === undefined ? undefined : await undescribed(store, secretId);
  if (!isCurrent && leftBehind === undefined) return;
  const retired = leftBehind ?? tags.fingerprint;
  await store.tag(secretId, {
    "opconnect:fingerprint": "",
    "opconnect:minting": "",
    "opconnect:rotate": "",
    ...(retired === undefined ? {} : encodeStoreTags({ retired })),
  });
}

/** Fingerprint of the current value, if the tags do not describe it. */
async function undescribed(store: CredentialStore, secretId: string): Promise<string | undefined> {
  const state = await readState(store, secretId);
  if (state.kind !== "unfinished" && state.kind !== "displaced") return undefined;
  return state.stored === undefined ? undefined : fingerprint(state.stored.value);
}
