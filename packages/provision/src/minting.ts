import { ConnectError, isConnectError } from "@opconnect/core";
import type { CredentialStore, CredentialToStore, StoredVersion } from "./credential-store.ts";
import type { OpCli } from "./op-cli.ts";
import { encodeStoreTags } from "./store-tags.ts";

/** The outside systems that minting moves credentials between. */
export interface MintingSystems {
  readonly op: OpCli;
  readonly store: CredentialStore;
}

/** Something just created in 1Password, whose value is not stored yet. */
export interface Minted {
  /** How to call it, e.g. `the Connect server JN7…`. */
  readonly label: string;
  /** The command that deletes it by hand. */
  readonly deleteCommand: string;
  readonly delete: () => Promise<void>;
}

/**
 * Announces in the store that a value is being minted, and then mints it. A store that refuses to
 * be written shows itself before anything is created in 1Password, and a value that is found
 * without its tags later on is known to be ours.
 */
export async function mintAnnounced<T>(
  store: CredentialStore,
  secretId: string,
  mint: () => Promise<T>,
): Promise<T> {
  await store.tag(secretId, encodeStoreTags({ minting: [] }));
  try {
    return await mint();
  } catch (error) {
    // If this fails too, the tag stays and does no harm: it only lets the next run mint.
    await store.tag(secretId, { "opconnect:minting": "" }).catch(() => undefined);
    throw error;
  }
}

/**
 * Stores a value just minted. Where that fails, what was minted is deleted again: 1Password does
 * not hand out the value a second time, and what nobody can use must not stay valid.
 */
export async function storeMinted(
  store: CredentialStore,
  credential: CredentialToStore,
  minted: Minted,
): Promise<StoredVersion> {
  try {
    return await store.write(credential);
  } catch (error) {
    await undo(minted, error);
    throw error;
  }
}

async function undo(minted: Minted, reason: unknown): Promise<void> {
  try {
    await minted.delete();
  } catch (failure) {
    if (!isConnectError(reason)) return;
    const why = isConnectError(failure) ? failure.happened : "";
    throw new ConnectError(
      reason.code,
      `${reason.happened} So ${minted.label} is not stored anywhere, and deleting it failed too. ${why}`.trim(),
      `${reason.remedy} Then delete it: \`${minted.deleteCommand}\`.`,
    );
  }
}
