import type { ClusterApi, ClusterSecretName } from "../api.ts";
import { findSecret } from "../secret/find.ts";
import { renewalOf } from "./due.ts";

/** Annotations of the Secret that a certificate of opconnect's is served from. */
export const certificateNotes = {
  fingerprint: "opconnect/certificate-fingerprint",
  expiresAt: "opconnect/certificate-expires",
};

/** Keys of a Secret of the type `kubernetes.io/tls`. */
export const tlsKeys = { certificate: "tls.crt", key: "tls.key" } as const;

/**
 * Looks for a certificate that opconnect has made, and whether another one is due. Reads no value.
 * @throws `CLUSTER_SECRET_FOREIGN` if a Secret of one of the names is there that is not ours.
 */
export async function findCertificate(
  api: Pick<ClusterApi, "readSecretMetadata">,
  { namespace, name, trust }: ClusterSecretName & { readonly trust: string },
  now = new Date(),
) {
  const [served, trusted] = await Promise.all([
    findSecret(api, { namespace, name }),
    findSecret(api, { namespace, name: trust }),
  ]);
  const notes = served?.annotations ?? {};
  const expires = notes[certificateNotes.expiresAt];
  const expiresAt = expires === undefined ? undefined : new Date(expires);
  const noted = (found: typeof served, keys: readonly string[]) =>
    found && { isKept: keys.every((key) => found.keptKeys.includes(key)), expiresAt };
  return {
    /** Why another one is to be made; `undefined` where none is. */
    renewal:
      renewalOf(`${namespace}/${name}`, noted(served, Object.values(tlsKeys)), now) ??
      renewalOf(`${namespace}/${trust}`, noted(trusted, [tlsKeys.certificate]), now),
    fingerprint: notes[certificateNotes.fingerprint],
    expiresAt,
  };
}
