import { randomUUID } from "node:crypto";
import {
  ConnectError,
  type Hold,
  holderTags,
  keptHolderTags,
  sharedHolderTags,
} from "@opconnect/core";
import type { ClusterApi, ClusterSecretName } from "../api.ts";
import type { V1Secret } from "../kubernetes-client.ts";
import { type ClusterSecretKeys, describeSecret, isOurs, managedBy, toBase64 } from "./describe.ts";

/** Where a value is. */
export interface ClusterSecretPlace extends ClusterSecretName, ClusterSecretKeys {}

/** A Secret to be written. */
export interface ClusterSecretContent extends ClusterSecretPlace {
  /** The value itself, not encoded. Secret. */
  readonly value: string;
  /** Labels besides our own. */
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly annotations?: Readonly<Record<string, string>> | undefined;
  /**
   * Who has the Secret, with the claim of before if that one had it before.
   * @default - those that had it before
   */
  readonly hold?: Hold | undefined;
}

/** A Secret of several values to be written. */
export interface OwnSecret
  extends ClusterSecretName,
    Pick<ClusterSecretContent, "labels" | "annotations" | "hold"> {
  readonly type: string;
  /** Values by their keys, not encoded. Secret. */
  readonly values: Readonly<Record<string, string>>;
}

type ApplyApi = Pick<ClusterApi, "readSecret" | "applySecret">;

/**
 * Writes a Secret with one value by server-side apply, and notes in its annotations who has it.
 * @returns The Secret without its value, and the claim of that note.
 * @throws `CLUSTER_SECRET_FOREIGN` if a Secret of this name is there that is not ours.
 */
export async function applySecret(api: ApplyApi, secret: ClusterSecretContent) {
  const { key, base64Key, value } = secret;
  const values = {
    [key]: value,
    ...(base64Key !== undefined && { [base64Key]: toBase64(value) }),
  };
  const { applied, claim } = await applyOwn(api, { ...secret, type: "Opaque", values });
  return { ...describeSecret(applied, secret), claim };
}

/**
 * Writes a Secret of several values, as {@link applySecret} does.
 * @throws `CLUSTER_SECRET_FOREIGN` if a Secret of this name is there that is not ours.
 */
export async function applyOwn(api: ApplyApi, secret: OwnSecret) {
  const { namespace, name, type, values, labels, hold } = secret;
  const existing = await api.readSecret({ namespace, name });
  if (existing !== undefined && !isOurs(existing)) throw foreignSecret(secret);
  const claim = hold && (hold.claim ?? randomUUID());
  const held = hold && holdersBeside(existing, hold, claim);
  // Of the same manager, what is not applied again goes.
  const holders = { ...holderTags("object", existing?.metadata?.annotations ?? {}), ...held };
  const annotations = {
    ...Object.fromEntries(Object.entries(holders).filter(([, note]) => note !== "")),
    ...secret.annotations,
  };
  const wanted: V1Secret = {
    apiVersion: "v1",
    kind: "Secret",
    type,
    metadata: {
      namespace,
      name,
      labels: { ...labels, [managedBy]: "opconnect" },
      annotations,
    },
    // Not `stringData`: server-side apply would leave a key that was renamed behind.
    data: Object.fromEntries(Object.entries(values).map(([key, each]) => [key, toBase64(each)])),
  };
  // In a Secret of ours, what was edited by hand is put right. In a new one, a conflict says
  // that it was created in between.
  const fieldsOfOthers = existing === undefined ? "answer with conflict" : "take over";
  const applied = await api.applySecret(wanted, fieldsOfOthers);
  if (applied === "conflict") throw foreignSecret(secret);
  return { applied, claim };
}

/** One that had it before is known; one that is new may find it another's. */
function holdersBeside(existing: V1Secret | undefined, hold: Hold, claim: string | undefined) {
  const former = existing?.metadata?.annotations ?? {};
  const isShared = existing !== undefined && hold.claim === undefined;
  const noted = { ...hold, claim };
  const tagsOf = isShared ? sharedHolderTags : keptHolderTags;
  return tagsOf("object", former, noted);
}

export function foreignSecret({ namespace, name }: ClusterSecretName): ConnectError {
  return new ConnectError(
    "CLUSTER_SECRET_FOREIGN",
    `There is a Secret ${name} in the namespace ${namespace} already that opconnect did not write.`,
    `Give ours another name, or delete that one if nothing needs it: \`kubectl delete secret -n ${namespace} ${name}\`.`,
  );
}
