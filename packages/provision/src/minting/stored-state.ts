import { type ConnectError, defined, fingerprint, isConnectError } from "@opconnect/core";
import type {
  CredentialStore,
  Look,
  StoredCredential,
  StoredSecret,
  UnreadSecret,
} from "../store/contract/credential-store.ts";
import { decodeStoreTags, type StoreTags } from "../store/contract/value-tags.ts";
import { versionIdOf } from "../store/contract/version-id.ts";

/** What the credential store holds, judged by the value and its tags together. */
export type StoredState = {
  readonly tags: StoreTags;
  /** All tags of the secret, as they are. */
  readonly encoded: Readonly<Record<string, string>>;
} & (
  | /** Nothing worth keeping: no value yet, or one whose server or token was deleted. */
  { readonly kind: "empty"; readonly stored?: undefined; readonly isUntouched?: boolean }
  /** Minting was cut short before the value was tagged. */
  | { readonly kind: "unfinished"; readonly stored: StoredCredential }
  /** A person or a tool put it there: no tags of ours describe it. */
  | { readonly kind: "foreign"; readonly stored: StoredCredential }
  /** Stored by us, and described by its tags. */
  | { readonly kind: "ours"; readonly stored: StoredCredential }
  /** The tags describe a value of ours, which is not the current one any more. */
  | {
      readonly kind: "displaced";
      /** What is there instead; nothing if the value is gone. */
      readonly stored?: StoredCredential;
      /** Version of the value that the tags describe. */
      readonly versionId: string;
    }
  /** The current value is ours, as the tags describe it, and not to be used: it was not read. */
  | { readonly kind: "replaced"; readonly stored?: undefined; readonly versionId: string }
  /** There is something that cannot be read as text, or was tampered with. */
  | { readonly kind: "unreadable"; readonly stored?: undefined; readonly failure: ConnectError }
);

/** How the state is read. */
export interface StateReading extends Look {
  /** What the store was seen to hold before: only a value that has changed is read again. */
  readonly before?: StoredState | undefined;
  /**
   * Whether another takes the place of what tags describe, whatever its value: that is not read.
   * @default - it is read
   */
  readonly isReplaced?: ((tags: StoreTags) => boolean) | undefined;
}

/**
 * Reads what the credential store holds.
 * @throws `STORE_CONTENT_INVALID` if a later release of opconnect wrote the tags, other `STORE_…`
 * codes.
 */
export async function readState(
  store: Pick<CredentialStore, "read" | "describe">,
  secretId: string,
  reading: StateReading = {},
): Promise<StoredState> {
  const stored = await readUnlessDamaged(store, secretId, reading);
  if (!isConnectError(stored)) return storedState(secretId, stored);
  const encoded = (await store.describe(secretId))?.tags ?? {};
  return { kind: "unreadable", tags: decodeStoreTags(encoded), encoded, failure: stored };
}

/** What the tags of a secret tell; nothing where there is no such secret. */
export async function readTags(
  store: Pick<CredentialStore, "describe">,
  secretId: string,
): Promise<StoreTags> {
  return decodeStoreTags((await store.describe(secretId))?.tags ?? {});
}

/** A damaged value may be replaced, so what is wrong with it is part of the answer. */
async function readUnlessDamaged(
  store: Pick<CredentialStore, "read">,
  secretId: string,
  { before, isReplaced, mayBeRecent }: StateReading,
) {
  const isSpared = (unread: UnreadSecret) =>
    isReplaced !== undefined && isSuperfluous(secretId, unread, isReplaced);
  try {
    return await store.read(secretId, { before: before?.stored, mayBeRecent, isSpared });
  } catch (error) {
    if (!isConnectError(error) || !damages.has(error.code)) throw error;
    return error;
  }
}

/** Whether the tags describe the current value, and nothing else is under way. */
function isSuperfluous(
  secretId: string,
  { tags: encoded, versionId }: UnreadSecret,
  isReplaced: (tags: StoreTags) => boolean,
): boolean {
  const tags = decodeStoreTags(encoded);
  const { fingerprint: described, retired, minting } = tags;
  if (described === undefined || described === retired || minting !== undefined) return false;
  return versionIdOf(secretId, described) === versionId && isReplaced(tags);
}

const damages: ReadonlySet<string> = new Set(["STORE_TAMPERED", "STORE_CONTENT_INVALID"]);

/**
 * Judges what the credential store holds. Tags count only for the value whose fingerprint they
 * carry: value and tags are written one after the other, and either may be changed by hand.
 * @throws `STORE_CONTENT_INVALID` if a later release of opconnect wrote the tags.
 */
export function storedState(secretId: string, secret: StoredSecret): StoredState {
  const { tags: encoded } = secret;
  const tags = decodeStoreTags(encoded);
  if (isUnread(secret)) return { kind: "replaced", tags, encoded, versionId: secret.versionId };
  const described = tags.fingerprint === tags.retired ? undefined : tags.fingerprint;
  const stored = secret.value === undefined ? undefined : secret;
  const held = stored === undefined ? undefined : fingerprint(stored.value);
  if (described !== undefined && described !== held) {
    const versionId = versionIdOf(secretId, described);
    return { kind: "displaced", tags, encoded, versionId, ...defined({ stored }) };
  }
  if (secret.value === undefined) {
    return { kind: "empty", tags, encoded, isUntouched: secret.isUntouched };
  }
  if (stored === undefined || tags.retired === held) return { kind: "empty", tags, encoded };
  if (described !== undefined) return { kind: "ours", stored, tags, encoded };
  const kind = tags.minting === undefined ? "foreign" : "unfinished";
  return { kind, stored, tags, encoded };
}

function isUnread(secret: StoredSecret): secret is UnreadSecret {
  return secret.value === undefined && "versionId" in secret;
}
