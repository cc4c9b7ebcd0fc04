import { fingerprint, isConnectError } from "@opconnect/core";
import type { CredentialStore } from "../store/contract/credential-store.ts";
import { decodeStoreTags, encodeStoreTags, type StoreTags } from "../store/contract/value-tags.ts";
import { readState } from "./stored-state.ts";

/**
 * Deletes something in 1Password that may be gone already. `op` words that in more than one way, so
 * after a failure of an unknown kind a listing decides.
 * @param find Looks the thing up among those listed, where revoked ones stay for a while.
 */
export async function unlessGone(
  deleteIt: () => Promise<void>,
  find: () => Promise<{ readonly state: string } | undefined>,
): Promise<void> {
  try {
    await deleteIt();
  } catch (error) {
    if (!isConnectError(error)) throw error;
    if (error.code === "OP_NOT_FOUND") return;
    if (error.code !== "OP_FAILED") throw error;
    const found = await find();
    if (found?.state === "ACTIVE") throw error;
  }
}

/**
 * Marks the stored value as one that no longer opens anything, so that nobody adopts it. Does
 * nothing where the store describes something else by now. Names and vaults stay on record.
 * @param isMeant Whether tags describe the value of what was deleted.
 */
export async function retireStored(
  store: CredentialStore,
  secretId: string,
  isMeant: (tags: StoreTags) => boolean,
): Promise<void> {
  const secret = await store.describe(secretId);
  if (secret === undefined) return;
  const tags = decodeStoreTags(secret.tags);
  const isDescribed = tags.fingerprint !== undefined && isMeant(tags);
  // A value that nothing describes was left there by a minting that was cut short.
  const leftBehind = tags.minting === undefined ? undefined : await undescribed(store, secretId);
  if (!isDescribed && leftBehind === undefined) return;
  const retired = leftBehind ?? tags.fingerprint;
  await store.tag(secretId, {
    ...{ "opconnect:fingerprint": "", "opconnect:minting": "", "opconnect:rotate": "" },
    ...(retired === undefined ? {} : encodeStoreTags({ retired })),
  });
}

/** Fingerprint of the current value, if the tags do not describe it. */
async function undescribed(store: CredentialStore, secretId: string): Promise<string | undefined> {
  const state = await readState(store, secretId);
  if (state.kind !== "unfinished" && state.kind !== "displaced") return undefined;
  return state.stored === undefined ? undefined : fingerprint(state.stored.value);
}
