import { randomUUID } from "node:crypto";
import { isConnectError } from "@opconnect/core";
import type { CredentialStore } from "../store/contract/credential-store.ts";

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
