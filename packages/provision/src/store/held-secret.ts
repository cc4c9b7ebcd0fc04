import { randomUUID } from "node:crypto";
import {
  type Hold,
  judgeHold,
  keptHolderTags,
  ownTag,
  releasedTag,
  sharedHolderTags,
  soleHolderTags,
  unlessCode,
} from "@opconnect/core";
import type {
  CredentialStore,
  EnsuredSecret,
  SecretToEnsure,
} from "./contract/credential-store.ts";
import { isAdopted } from "./contract/secret-tags.ts";

/** A secret that shall exist, and the resource that has it; with a claim, that had it before. */
export interface HeldSecretRequest extends Omit<SecretToEnsure, "firstTags">, Hold {
  readonly holder: string;
}

/** A secret that exists, and the note by which the resource has it. */
export interface HeldSecret extends EnsuredSecret, Pick<Hold, "claim"> {}

/**
 * Makes sure that there is a secret, and notes in its tags that the caller has it, beside others
 * that do. Where the store may only be read, nothing is noted.
 * @throws `ARGUMENT_INVALID`, `STORE_…` codes.
 */
export async function ensureHeldSecret(
  { holder, claim: known, ...secret }: HeldSecretRequest,
  { store }: { readonly store: CredentialStore },
): Promise<HeldSecret> {
  const claim = known ?? randomUUID();
  const own = ownTag("secret", { holder, claim });
  const ensured = await store.ensureSecret({ ...secret, firstTags: own });
  if (ensured.outcome === "created") return { ...ensured, claim };
  const { secretId } = ensured;
  const noted = await unlessCode(["STORE_ACCESS_DENIED"], async () => {
    const tags = (await store.describe(secretId))?.tags ?? {};
    await store.tag(secretId, notedBy(tags));
    return claim;
  });
  return { ...ensured, claim: noted ?? known };

  function notedBy(tags: Readonly<Record<string, string>>) {
    if (known !== undefined) return keptHolderTags("secret", tags, { holder, claim });
    // What was to be deleted no other resource has, and what was there before us is never deleted.
    if (ensured.outcome === "restored") return soleHolderTags("secret", tags, { holder, claim });
    return isAdopted(tags) ? own : sharedHolderTags("secret", tags, { holder, claim });
  }
}

/** A secret that shall be gone, and the resource that has it. */
export interface SecretDeletion extends Hold {
  readonly secretId: string;
}

/** What became of a secret that should be gone. */
export type SecretFate =
  /** It is gone, or was there before us and is left as it was. */
  | { readonly outcome: "deleted" }
  /** Others have it, those named as far as they are known, or a later creation of the same. */
  | { readonly outcome: "kept"; readonly others: readonly string[] };

/**
 * Deletes a secret as `CredentialStore.deleteSecret` does. Where others have it, it stays, and the
 * caller is taken off.
 * @throws `STORE_…` codes.
 */
export async function deleteHeldSecret(
  { secretId, ...hold }: SecretDeletion,
  { store }: { readonly store: CredentialStore },
): Promise<SecretFate> {
  const judge = async () => {
    const found = await store.describe(secretId);
    return judgeHold("secret", found?.tags ?? {}, hold);
  };
  const judgement = await judge();
  switch (judgement.verdict) {
    case "later":
      return { outcome: "kept", others: [] };
    case "shared": {
      await store.tag(secretId, releasedTag("secret", hold));
      // Of two that go at the same time, the later one finds no other any more.
      const left = await judge();
      if (left.verdict === "shared") return { outcome: "kept", others: left.others };
    }
  }
  await store.deleteSecret(secretId);
  return { outcome: "deleted" };
}
