import {
  ConnectError,
  fingerprint,
  isConnectError,
  isHolderKey,
  withoutHolders,
} from "@opconnect/core";
import type { CredentialStore, CredentialToStore } from "../store/contract/credential-store.ts";
import {
  announcementKeys,
  decodeStoreTags,
  replacingTags,
  storeTagKeys,
} from "../store/contract/value-tags.ts";
import { versionIdOf } from "../store/contract/version-id.ts";
import { deleteUnlessGone, type Identified, type MintedKind } from "./kind.ts";
import type { MintingPlace } from "./left-behind.ts";

/** A server or a token, and its value. */
export interface Minted<T extends Identified> {
  readonly about: T;
  /** The credentials file or the Connect token. Secret. */
  readonly value: string;
}

/**
 * Stores a value just minted. Where that fails, what was minted is deleted again: 1Password does
 * not hand out the value a second time, and what is of no use must not stay valid.
 * @param tags Tags that describe the value.
 * @returns Id of its version.
 */
export async function storeMinted(
  { about: { id }, value }: Minted<Identified>,
  tags: CredentialToStore["tags"],
  place: MintingPlace,
): Promise<string> {
  const { kind, store, secretId, lease } = place;
  const deleteIt = () => deleteUnlessGone(kind, id);
  try {
    await lease.requireHeld();
  } catch (error) {
    throw await undo(kind, id, error, deleteIt);
  }
  try {
    return (await store.write({ secretId, value, tags })).versionId;
  } catch (error) {
    if (await isStored(store, secretId, value)) return versionIdOf(secretId, fingerprint(value));
    throw await undo(kind, id, error, async () => {
      await deleteIt();
      await bringBack(place, tags);
    });
  }
}

/** The answer to a write can get lost when all of it was done. */
async function isStored(store: CredentialStore, secretId: string, value: string) {
  try {
    const secret = await store.describe(secretId);
    const { fingerprint: described } = decodeStoreTags(secret?.tags ?? {});
    const isCurrent = secret?.versionId === versionIdOf(secretId, fingerprint(value));
    return isCurrent && described === fingerprint(value);
  } catch {
    return false;
  }
}

/** What was there before still works, and a half-written value opens nothing any more. */
async function bringBack(
  { store, secretId, lease, state }: MintingPlace,
  written: CredentialToStore["tags"],
): Promise<void> {
  if (state.kind !== "ours" && state.kind !== "replaced") return;
  const former = Object.entries(state.encoded).filter(([key]) => isDescribing(key));
  const described = { ...withoutHolders("value", written), ...Object.fromEntries(former) };
  try {
    await lease.requireHeld();
    if (state.kind === "ours") {
      await store.write({ secretId, value: state.stored.value, tags: described });
    } else if (await store.restore(secretId, state.versionId)) {
      await store.tag(secretId, replacingTags(described));
    }
  } catch {
    // Then the next run finds what was there before displaced, and restores it.
  }
}

function isDescribing(key: string): boolean {
  return describingKeys.has(key) || isHolderKey("value", key);
}

const describingKeys = new Set(storeTagKeys.filter((key) => !announcementKeys.includes(key)));

async function undo(
  { noun, deleteCommand }: MintedKind,
  id: string,
  reason: unknown,
  deleteIt: () => Promise<void>,
): Promise<unknown> {
  try {
    await deleteIt();
    return reason;
  } catch (failure) {
    if (!isConnectError(reason)) return reason;
    const why = isConnectError(failure) ? failure.happened : "";
    return new ConnectError(
      reason.code,
      `${reason.happened} So the ${noun} ${id} is not stored anywhere, and deleting it failed too. ${why}`.trim(),
      `${reason.remedy} Then delete it: \`${deleteCommand(id)}\`.`,
    );
  }
}
