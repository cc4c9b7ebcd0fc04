import { defined, fingerprint } from "@opconnect/core";
import type { V1ObjectMeta, V1Secret } from "../kubernetes-client.ts";

/** Under which keys of a Secret a value is. */
export interface ClusterSecretKeys {
  /** Key of the value itself, e.g. `"token"`. */
  readonly key: string;
  /**
   * Key of the value as base64 text, for who reads it so: in `data` it is base64 twice.
   * @default - none
   */
  readonly base64Key?: string | undefined;
}

/** Describes a Secret without its value; one that its keys do not agree on has no fingerprint. */
export function describeSecret(secret: V1Secret, { key, base64Key }: ClusterSecretKeys) {
  const { uid = "", resourceVersion = "", labels = {}, annotations = {} } = secret.metadata ?? {};
  const held = secret.data?.[key];
  const isWhole = base64Key === undefined || secret.data?.[base64Key] === toBase64(held ?? "");
  const value = held === undefined || !isWhole ? undefined : fromBase64(held);
  return {
    uid,
    resourceVersion,
    labels,
    annotations,
    isOurs: isOurs(secret),
    ...defined({ fingerprint: value === undefined ? undefined : fingerprint(value) }),
  };
}

/** Encodes a text on one line. */
export function toBase64(text: string): string {
  return Buffer.from(text, "utf8").toString("base64");
}

function fromBase64(text: string): string {
  return Buffer.from(text, "base64").toString("utf8");
}

/** Whether an object carries the label of what opconnect writes. */
export function isOurs({ metadata }: { readonly metadata?: V1ObjectMeta }): boolean {
  return metadata?.labels?.[managedBy] === "opconnect";
}

/** Annotation of our Secrets: SHA-256 of the value. */
export const fingerprintKey = "opconnect/fingerprint";

/** Label of what opconnect writes. */
export const managedBy = "app.kubernetes.io/managed-by";
