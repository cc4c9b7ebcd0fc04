import { randomUUID } from "node:crypto";
import { isConnectError } from "@opconnect/core";
import type { CredentialStore } from "../store/contract/credential-store.ts";
import { decodeStoreTags } from "../store/contract/value-tags.ts";
import { isDescribed, type MintedKind } from "./kind.ts";

/**
 * Notes in the store that the caller has adopted what it describes. Adopted may be the very server
 * or token that a planned replacement was to replace, where nothing but the wording of its inputs
 * had changed, or one that another stack has too: the deletion of the former resource, which knows
 * nothing of this note, must then leave it alone.
 * @returns The note, to be passed to the deletion; none where the store may only be read.
 * @throws `STORE_…` codes.
 */
export async function claimStored(
  store: Pick<CredentialStore, "tag">,
  secretId: string,
): Promise<string | undefined> {
  const claim = randomUUID();
  try {
    await store.tag(secretId, { "opconnect:claim": claim });
    return claim;
  } catch (error) {
    if (isConnectError(error) && error.code === "STORE_ACCESS_DENIED") return undefined;
    throw error;
  }
}

/** Whether another resource has claimed what is about to be deleted. */
export async function isClaimedByAnother(
  kind: MintedKind,
  id: string,
  { secretId, claim }: { readonly secretId: string; readonly claim: string | undefined },
  store: Pick<CredentialStore, "describe">,
): Promise<boolean> {
  const tags = decodeStoreTags((await store.describe(secretId))?.tags ?? {});
  return isDescribed(kind, id, tags) && tags.claim !== undefined && tags.claim !== claim;
}
