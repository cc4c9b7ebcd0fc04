import { type ConnectError, isConnectError, isSameOnePasswordId } from "@opconnect/core";
import type {
  CredentialStore,
  Look,
  SecretDescription,
} from "../store/contract/credential-store.ts";
import { decodeStoreTags, type StoreTags } from "../store/contract/value-tags.ts";
import { versionIdOf } from "../store/contract/version-id.ts";
import { isBeingDeleted } from "./deletion/being-deleted.ts";
import { type DueRotation, dueRotation } from "./due-rotation.ts";

export interface WantedSecret {
  readonly secretId: string;
  /**
   * Id of the server or token whose value it shall hold.
   * @default - any
   */
  readonly id?: string | undefined;
  /**
   * When that was minted, ISO 8601.
   * @default - it is not known whether what the store has is older
   */
  readonly mintedAt?: string | undefined;
  /**
   * Age at which that is replaced, e.g. `"90d"`.
   * @default - it is not replaced for its age
   */
  readonly rotateAfter?: string | undefined;
}

/** What a secret holds of a server or a token, judged without its value. */
export interface SecretObservation {
  /**
   * What is there: the value of the server or token; another value in its place; its value, though
   * its deletion was begun; its value, marked as of no use; that of another server or token; that of
   * an older one, as in a clone that was not pulled; no value; no secret. `"unknown"` where the store
   * cannot tell.
   */
  readonly stored:
    | "held"
    | "displaced"
    | "leaving"
    | "retired"
    | "another"
    | "behind"
    | "empty"
    | "gone"
    | "unknown";
  /** Id of the server or token that the secret's tags name. */
  readonly holds?: string | undefined;
  /** What has to be replaced, and why. */
  readonly rotation?: DueRotation | undefined;
  /** What the secret's tags say. */
  readonly tags: StoreTags;
  /** Version that the store holds now; none if it holds nothing, or cannot tell. */
  readonly versionId?: string | undefined;
  /** One sentence for each difference. */
  readonly drift: readonly string[];
  /** Why something could not be looked at, one sentence each. */
  readonly unknown: readonly string[];
  /** What the store, or else `op`, said where it could not be asked. */
  readonly failure?: ConnectError | undefined;
}

/**
 * Looks what a secret holds, and changes nothing: a preview can ask that.
 * @param look How old the store's answer may be.
 * @throws `TOKEN_EXPIRY_INVALID` if `rotateAfter` is no time. What the store refuses to tell is
 * unknown.
 */
export async function observeSecret(
  wanted: WantedSecret,
  { store }: { readonly store: Pick<CredentialStore, "describe"> },
  look?: Look,
): Promise<SecretObservation> {
  const { secretId, rotateAfter } = wanted;
  const described = await describe(secretId, store, look);
  if (isConnectError(described)) {
    const unknown = [described.happened];
    return { stored: "unknown", tags: { vaults: [] }, drift: [], unknown, failure: described };
  }
  const { description, tags } = described;
  const stored = judge(description, tags, wanted);
  const cause =
    tags.minting === undefined
      ? undefined
      : `A minting into the secret ${secretId} did not come to its end.`;
  const drift = stored === "held" ? [] : [cause ?? texts[stored](secretId)];
  return {
    stored,
    tags,
    holds: tags.tokenId ?? tags.serverId,
    rotation: dueRotation(description, { secretId, rotateAfter, now: new Date() }),
    versionId: description?.versionId,
    drift,
    unknown: [],
  };
}

async function describe(
  secretId: string,
  store: Pick<CredentialStore, "describe">,
  look: Look | undefined,
) {
  try {
    const description = await store.describe(secretId, look);
    return { description, tags: decodeStoreTags(description?.tags ?? {}) };
  } catch (error) {
    if (isConnectError(error)) return error;
    throw error;
  }
}

type Judged = Exclude<SecretObservation["stored"], "unknown">;

function judge(
  description: SecretDescription | undefined,
  tags: StoreTags,
  { secretId, id, mintedAt }: WantedSecret,
): Judged {
  if (description === undefined) return "gone";
  const { versionId } = description;
  if (versionId === undefined) return "empty";
  const holds = tags.tokenId ?? tags.serverId ?? "";
  if (!isSameOnePasswordId(holds, id ?? holds)) {
    const isOlder = mintedAt !== undefined && tags.mintedAt && tags.mintedAt < new Date(mintedAt);
    return isOlder ? "behind" : "another";
  }
  if (tags.fingerprint === undefined) return "retired";
  if (isBeingDeleted(tags)) return "leaving";
  return versionIdOf(secretId, tags.fingerprint) === versionId ? "held" : "displaced";
}

const texts: Readonly<Record<Exclude<Judged, "held">, (secretId: string) => string>> = {
  displaced: (secretId) => `The value of the secret ${secretId} was changed by something else.`,
  leaving: (secretId) =>
    `The deletion of what the secret ${secretId} opens was begun, and did not come to its end.`,
  retired: (secretId) => `The secret ${secretId} holds another value.`,
  another: (secretId) => `The secret ${secretId} holds another value.`,
  behind: (secretId) => `The secret ${secretId} holds an older one, which was replaced since.`,
  empty: (secretId) => `The secret ${secretId} holds no value.`,
  gone: (secretId) => `The secret ${secretId} is gone.`,
};
