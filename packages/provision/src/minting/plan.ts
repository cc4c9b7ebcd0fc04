import { ConnectError, encodeTagName, isSameOnePasswordId } from "@opconnect/core";
import type { StoredCredential } from "../store/contract/credential-store.ts";
import type { StoreTags } from "../store/contract/value-tags.ts";
import type { MintingRequest } from "./request.ts";

/** What to do so that there is a server or a token, with its value in the store. */
export type MintingPlan<T> =
  /** Use what is stored; where it is not described, no tags of ours tell of it yet. */
  | {
      readonly kind: "adopt";
      readonly about: T;
      readonly stored: StoredCredential;
      readonly described: boolean;
    }
  /** Make this version of the secret current again, which holds a value that may fit. */
  | { readonly kind: "restore"; readonly versionId: string }
  /** Create one. Others of the name may be there only where it replaces one. */
  | { readonly kind: "mint"; readonly namesakes: "expected" | "refused" };

/** Whether it is what a planned replacement replaces. */
export function isRotated(id: string | undefined, rotation: MintingRequest["rotation"]): boolean {
  return id !== undefined && isSameOnePasswordId(id, rotation?.of ?? "");
}

/**
 * Whether the value that tags describe is not to be used any more: it has a lower revision, another
 * name, or its rotation is due.
 * @param id Id that the tags name.
 * @throws `STORE_CONTENT_INVALID` if the store holds a newer revision than the one asked for.
 */
export function isReplaced(
  id: string | undefined,
  tags: StoreTags,
  request: MintingRequest,
): boolean {
  const { name, revision, rotation } = request;
  const refusal = refusalOfRevision(tags, request);
  if (refusal !== undefined) throw refusal;
  if (revisionOf(tags) < revision || tags.name !== encodeTagName(name)) return true;
  return isRotated(id, rotation);
}

/** Why a revision is refused: a store that is ahead belongs to a newer program. */
export function refusalOfRevision(
  tags: Pick<StoreTags, "revision">,
  { name, revision, secretId }: Pick<MintingRequest, "name" | "revision" | "secretId">,
): ConnectError | undefined {
  const stored = revisionOf(tags);
  if (stored <= revision) return undefined;
  return new ConnectError(
    "STORE_CONTENT_INVALID",
    `The secret ${secretId} holds revision ${stored} of "${name}", and revision ${revision} is asked for.`,
    `Set \`revision: ${stored}\` to use it, or ${stored + 1} to replace it.`,
  );
}

function revisionOf({ revision = 1 }: Pick<StoreTags, "revision">): number {
  return revision;
}
