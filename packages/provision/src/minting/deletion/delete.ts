import {
  defined,
  fingerprint,
  hasCode,
  judgeHold,
  releasedTag,
  unlessCode,
  withoutHolders,
} from "@opconnect/core";
import type { Lease } from "../../lease/held.ts";
import { withLease } from "../../lease/with-lease.ts";
import { withAdminCommand } from "../../op/admin-command.ts";
import type { CredentialStore, SecretDescription } from "../../store/contract/credential-store.ts";
import {
  decodeStoreTags,
  encodeStoreTags,
  type StoreTags,
  withoutAnnouncement,
} from "../../store/contract/value-tags.ts";
import { versionIdOf } from "../../store/contract/version-id.ts";
import { deleteUnlessGone, hasSuccessor, isDescribed, type MintedKind } from "../kind.ts";
import { type MintingPlace, retireLeftBehind } from "../left-behind.ts";
import { mintedHere } from "../minted-here.ts";
import type { MintingRequest, MintingSystems, RequireUnused } from "../request.ts";
import { readState, type StoredState } from "../stored-state.ts";
import { announceDeletion, withoutDeletion } from "./being-deleted.ts";
import { leaveToNextMinting } from "./leaving.ts";

/** Where the value of what shall be gone is kept, and who may say so. */
export interface MintedDeletion
  extends Pick<MintingRequest, "secretId" | "holder" | "adminCommand"> {
  /**
   * Name in 1Password, to find what a minting left behind that was cut short.
   * @default - that of the secret's tags
   */
  readonly name?: string | undefined;
  /**
   * The claim of the record. Where others have it too, or the caller itself anew, it is left alone.
   * @default - it was minted by a caller that is not known
   */
  readonly claim?: string | undefined;
  /** SHA-256 of its value, hex. */
  readonly fingerprint?: string | undefined;
  /** @default - it goes */
  readonly requireUnused?: RequireUnused | undefined;
  /**
   * Whether one whose place another has taken is left to the next person who mints, since what uses it
   * is not seen from here.
   * @default false
   */
  readonly leavesReplaced?: boolean | undefined;
}

/** What became of a server or a token that should be gone. */
export type MintedFate =
  | { readonly outcome: "deleted" }
  /** Others have it, those named as far as they are known, or a later creation of the same. */
  | { readonly outcome: "kept"; readonly others: readonly string[] }
  /** Another took its place, and the next person who mints deletes it: that was asked for, or there is no `op` here. */
  | { readonly outcome: "left" };

/**
 * Deletes what was minted and marks its stored value as retired. One that is gone already is no
 * error, nor is a secret that is. What a minting left behind that was cut short goes too. Where
 * others have it, it stays, and the caller is taken off. Where there is no `op`, one whose place
 * another has taken is noted in the store for the next person who mints.
 * The store is told before 1Password is: of a deletion that was cut short, the value is not taken to
 * work until a listing shows it.
 * @throws `STORE_…` and `OP_…` codes, and what `requireUnused` throws, before anything has changed.
 */
export async function deleteMinted(
  kind: MintedKind,
  id: string,
  deletion: MintedDeletion,
  { op, store, lease: options }: MintingSystems,
): Promise<MintedFate> {
  const { name, secretId, adminCommand, requireUnused, leavesReplaced = false } = deletion;
  if (leavesReplaced && (await leaveToNextMinting(kind, id, deletion, store))) {
    return { outcome: "left" };
  }
  const deleteIt = () => withAdminCommand(adminCommand, () => deleteUnlessGone(kind, id));
  const deleteAlone = async (): Promise<MintedFate> => {
    await requireUnused?.();
    await deleteIt();
    return { outcome: "deleted" };
  };
  const description = await store.describe(secretId);
  if (description === undefined) return deleteAlone();
  const work = async (lease: Lease): Promise<MintedFate> => {
    const encoded = (await store.describe(secretId))?.tags ?? {};
    const tags = decodeStoreTags(encoded);
    const others = await leaveToOthers(kind, id, deletion, { store, encoded, tags });
    if (others !== undefined) return { outcome: "kept", others };
    await requireUnused?.();
    await announceDeletion(kind, id, deletion, { store, tags });
    await deleteIt();
    const state = await readState(store, secretId);
    const recorded = name ?? state.tags.name ?? state.tags.announcedName;
    const place = { kind, known: id, store, secretId, lease, state, requireUnused };
    const retired =
      recorded === undefined
        ? undefined
        : await withAdminCommand(adminCommand, () =>
            retireLeftBehind({ ...place, name: recorded }),
          );
    const left =
      retired === undefined ? state : await readState(store, secretId, { before: state });
    await retireStored(kind, id, { ...place, state: left });
    if (retired !== undefined) await store.tag(secretId, withoutAnnouncement);
    return { outcome: "deleted" };
  };
  try {
    if (isReplacedHere(kind, id, secretId, store, description)) return await deleteAlone();
    return await withLease({ op, store }, secretId, work, options);
  } catch (error) {
    const mayBeLeft = hasCode(error, "OP_NOT_INSTALLED") || hasCode(error, "STORE_ACCESS_DENIED");
    if (
      mayBeLeft &&
      (await isWithoutOp(kind)) &&
      (await leaveToNextMinting(kind, id, deletion, store))
    ) {
      return { outcome: "left" };
    }
    throw error;
  }
}

async function isWithoutOp(kind: MintedKind): Promise<boolean> {
  return (await unlessCode(["OP_NOT_INSTALLED"], () => kind.list("recent"))) === undefined;
}

/**
 * Whether nothing is to be said in the store of one whose place another has taken: that one is
 * described, its value is current, and no minting is announced. As this process has minted it, no
 * answer can be from before. Then no lease is taken, of which a store may keep each sign for a day.
 */
function isReplacedHere(
  kind: MintedKind,
  id: string,
  secretId: string,
  store: CredentialStore,
  { tags: encoded, versionId }: SecretDescription,
): boolean {
  const tags = decodeStoreTags(encoded);
  const isCurrent = versionId === versionIdOf(secretId, tags.fingerprint ?? "");
  const isOurs = isDescribed(kind, mintedHere(store, secretId) ?? "", tags);
  return isOurs && hasSuccessor(kind, id, tags) && isCurrent && tags.minting === undefined;
}

/** Takes the caller off where others have what the store describes. Returns these. */
async function leaveToOthers(
  kind: MintedKind,
  id: string,
  { secretId, holder, claim }: MintedDeletion,
  {
    store,
    encoded,
    tags,
  }: {
    readonly store: CredentialStore;
    readonly encoded: Readonly<Record<string, string>>;
    readonly tags: StoreTags;
  },
): Promise<readonly string[] | undefined> {
  if (!isDescribed(kind, id, tags)) return undefined;
  const judgement = judgeHold("value", encoded, { holder, claim });
  switch (judgement.verdict) {
    case "sole":
      return undefined;
    case "later":
      return [];
    case "shared":
      await store.tag(secretId, releasedTag("value", { holder }));
      return judgement.others;
  }
}

/**
 * Marks the stored value as one that no longer opens anything, so that no run adopts it. Does
 * nothing where the store describes something else by now. Names and vaults stay on record.
 */
async function retireStored(
  kind: MintedKind,
  id: string,
  { store, secretId, state }: Pick<MintingPlace, "store" | "secretId" | "state">,
): Promise<void> {
  const { tags } = state;
  const isCurrent = tags.fingerprint !== undefined && isDescribed(kind, id, tags);
  const leftBehind = tags.minting === undefined ? undefined : undescribed(state);
  if (!isCurrent && leftBehind === undefined) return;
  const retired = leftBehind ?? tags.fingerprint;
  await store.tag(secretId, {
    "opconnect:fingerprint": "",
    ...withoutAnnouncement,
    ...withoutDeletion,
    "opconnect:rotate": "",
    ...withoutHolders("value", state.encoded),
    ...encodeStoreTags(defined({ retired })),
  });
}

/** Fingerprint of a value that no tags describe, as a minting leaves it that is cut short. */
function undescribed(state: StoredState): string | undefined {
  if (state.kind !== "unfinished" && state.kind !== "displaced") return undefined;
  return state.stored === undefined ? undefined : fingerprint(state.stored.value);
}
