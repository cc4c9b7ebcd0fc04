import { isConnectError } from "@opconnect/core";
import type { CredentialStore, SecretDescription } from "../store/contract/credential-store.ts";
import { decodeStoreTags, type StoreTags } from "../store/contract/value-tags.ts";
import { versionIdOf } from "../store/contract/version-id.ts";

/** What a secret holds of a server or a token, judged without its value. */
export interface ObservedSecret {
  /**
   * What is there: the value recorded, another one in its place, nothing, or by now the value of
   * another server or token. `"unknown"` where the store cannot tell.
   */
  readonly stored: "held" | "displaced" | "missing" | "another" | "unknown";
  /** Version that the store holds now; none if it holds nothing, or cannot tell. */
  readonly versionId?: string;
  /** One sentence for each difference. */
  readonly drift: readonly string[];
  /** Why the store could not tell, one sentence. */
  readonly unknown: readonly string[];
}

/**
 * Looks what a secret holds.
 * @param isMeant Whether tags describe the server or token that is looked for.
 */
export async function observeSecret(
  store: Pick<CredentialStore, "describe">,
  secretId: string,
  isMeant: (tags: StoreTags) => boolean,
): Promise<ObservedSecret> {
  try {
    return judge(await store.describe(secretId), secretId, isMeant);
  } catch (error) {
    if (!isConnectError(error)) throw error;
    return { stored: "unknown", drift: [], unknown: [error.happened] };
  }
}

function judge(
  secret: SecretDescription | undefined,
  secretId: string,
  isMeant: (tags: StoreTags) => boolean,
): ObservedSecret {
  const missing = { stored: "missing", unknown: [] } as const;
  if (secret === undefined) return { ...missing, drift: [`The secret ${secretId} is gone.`] };
  const { versionId } = secret;
  if (versionId === undefined) {
    return { ...missing, drift: [`The secret ${secretId} holds no value.`] };
  }
  const tags = decodeStoreTags(secret.tags);
  const found = { versionId, unknown: [] };
  if (tags.fingerprint === undefined || !isMeant(tags)) {
    return { ...found, stored: "another", drift: [`The secret ${secretId} holds another value.`] };
  }
  if (versionIdOf(secretId, tags.fingerprint) === versionId) {
    return { ...found, stored: "held", drift: [] };
  }
  const drift = [`The value of the secret ${secretId} was changed by something else.`];
  return { ...found, stored: "displaced", drift };
}
