import { fingerprint } from "@opconnect/core";
import type { StoredCredential } from "./credential-store.ts";
import { decodeStoreTags, type StoreTags } from "./store-tags.ts";

/** What the credential store holds, judged by the value and its tags together. */
export type StoredState =
  /** Nothing worth keeping: no value yet, or one whose server or token was deleted. */
  | { readonly kind: "empty" }
  /** Minting was cut short before the value was tagged. */
  | { readonly kind: "unfinished"; readonly stored: StoredCredential; readonly tags: StoreTags }
  /** Somebody else put it there: no tags of ours describe it. */
  | { readonly kind: "foreign"; readonly stored: StoredCredential }
  /** Stored by us, and described by its tags. */
  | { readonly kind: "ours"; readonly stored: StoredCredential; readonly tags: StoreTags };

/**
 * Judges what the credential store holds. Tags count only for the value whose fingerprint they
 * carry: value and tags are written one after the other, and either may be changed by hand.
 * @throws `STORE_CONTENT_INVALID` if a later release of opconnect wrote the tags.
 */
export function storedState(stored: StoredCredential | undefined): StoredState {
  if (stored === undefined) return { kind: "empty" };
  const tags = decodeStoreTags(stored.tags);
  const held = fingerprint(stored.value);
  if (tags.retired === held) return { kind: "empty" };
  if (tags.fingerprint === held) return { kind: "ours", stored, tags };
  if (tags.minting !== undefined) return { kind: "unfinished", stored, tags };
  return { kind: "foreign", stored };
}
