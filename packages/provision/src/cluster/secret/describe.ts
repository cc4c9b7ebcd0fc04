import type { V1ObjectMeta, V1Secret } from "@kubernetes/client-node";
import { defined, fingerprint } from "@opconnect/core";

/** Describes a Secret without its value. */
export function describeSecret(secret: V1Secret, key: string) {
  const { uid = "", resourceVersion = "", labels = {}, annotations = {} } = secret.metadata ?? {};
  const held = secret.data?.[key];
  const value = held === undefined ? undefined : Buffer.from(held, "base64").toString("utf8");
  return {
    uid,
    resourceVersion,
    labels,
    annotations,
    isOurs: isOurs(secret),
    ...defined({ fingerprint: value === undefined ? undefined : fingerprint(value) }),
  };
}

/** Whether an object carries the label of what opconnect writes. */
export function isOurs({ metadata }: { readonly metadata?: V1ObjectMeta }): boolean {
  return metadata?.labels?.[managedBy] === "opconnect";
}

/** Annotation of our Secrets: SHA-256 of the value. */
export const fingerprintKey = "opconnect/fingerprint";

/** Label of what opconnect writes. */
export const managedBy = "app.kubernetes.io/managed-by";
