import type { Hold } from "@opconnect/core";
import type { ClusterApi, ClusterSecretName } from "../api.ts";
import type { V1Secret } from "../kubernetes-client.ts";
import { applyOwn, foreignSecret } from "../secret/apply.ts";
import { isOurs } from "../secret/describe.ts";
import { renewalOf } from "./due.ts";
import { type CertificateFacts, certificateFacts, certificatesIn, isKeyOf } from "./facts.ts";
import { certificateNotes, tlsKeys } from "./find.ts";
import { makeCertificate } from "./make.ts";

/** A certificate that is to be there. */
export interface WantedCertificate {
  readonly namespace: string;
  /** Secret that it is served from, with its key. */
  readonly name: string;
  /** Secret with what its callers trust: the certificate, and the former one. */
  readonly trust: string;
  readonly dnsNames: readonly string[];
  /** Who has the two. */
  readonly hold?: Hold | undefined;
}

type CertificateApi = Pick<ClusterApi, "readSecret" | "applySecret">;

/**
 * Sees to it that there is a certificate for these names, with its key in a Secret and nowhere else.
 * What is there is kept until it is due; then callers are given both certificates to trust before the
 * new one is served.
 * @throws `CLUSTER_SECRET_FOREIGN` if a Secret of one of the names is there that is not ours.
 */
export async function ensureCertificate(
  api: CertificateApi,
  wanted: WantedCertificate,
  now = new Date(),
) {
  const { namespace, name, trust, hold } = wanted;
  const [served, trusted] = await Promise.all([
    readOwn(api, { namespace, name }),
    readOwn(api, { namespace, name: trust }),
  ]);
  const there = certificateFacts(textIn(served, tlsKeys.certificate));
  const trustedNow = certificatesIn(textIn(trusted, tlsKeys.certificate));
  // A process that trusts something else may have begun with it, and has to begin anew.
  const isTrusted = trustedNow[0] === there?.certificate;
  const kept = served && there && isTrusted && isGood(served, there, wanted, now);
  const current = kept
    ? { certificate: there.certificate, key: textIn(served, tlsKeys.key) }
    : await makeCertificate({ dnsNames: wanted.dnsNames, now });
  const facts = factsOf(current.certificate);
  const former = kept ? trustedNow : [there?.certificate];
  const bundle = [
    facts.certificate,
    ...former.filter((each) => each !== undefined && each !== facts.certificate).slice(0, 1),
  ];
  const written = await applyOwn(api, {
    ...{ namespace, name: trust, type: "Opaque", hold },
    values: { [tlsKeys.certificate]: bundle.join("") },
  });
  await applyOwn(api, {
    ...{ namespace, name, type: "kubernetes.io/tls" },
    hold: hold && { ...hold, claim: written.claim },
    values: { [tlsKeys.certificate]: facts.certificate, [tlsKeys.key]: current.key },
    annotations: {
      [certificateNotes.fingerprint]: facts.fingerprint,
      [certificateNotes.expiresAt]: facts.expiresAt.toISOString(),
    },
  });
  return { ...facts, claim: written.claim };
}

/** What is served now; `undefined` if the Secret is gone. */
export async function observeCertificate(
  api: Pick<ClusterApi, "readSecret">,
  place: ClusterSecretName,
) {
  const served = await api.readSecret(place);
  if (served === undefined) return undefined;
  const facts = certificateFacts(textIn(served, tlsKeys.certificate));
  const isWhole = facts !== undefined && isKeyOf(facts.certificate, textIn(served, tlsKeys.key));
  return { fingerprint: isWhole ? facts.fingerprint : "none" };
}

function isGood(
  served: V1Secret,
  { certificate, fingerprint, dnsNames, expiresAt }: CertificateFacts,
  wanted: WantedCertificate,
  now: Date,
): boolean {
  const notes = served.metadata?.annotations ?? {};
  const noted = new Date(notes[certificateNotes.expiresAt] ?? "");
  const isKept =
    notes[certificateNotes.fingerprint] === fingerprint &&
    isKeyOf(certificate, textIn(served, tlsKeys.key));
  return (
    [...dnsNames].sort().join() === [...wanted.dnsNames].sort().join() &&
    [noted, expiresAt].every(
      (end) => renewalOf(wanted.name, { isKept, expiresAt: end }, now) === undefined,
    )
  );
}

async function readOwn(
  api: Pick<ClusterApi, "readSecret">,
  place: ClusterSecretName,
): Promise<V1Secret | undefined> {
  const found = await api.readSecret(place);
  if (found !== undefined && !isOurs(found)) throw foreignSecret(place);
  return found;
}

function factsOf(certificate: string): CertificateFacts {
  const facts = certificateFacts(certificate);
  if (facts === undefined) throw new Error("what was made is no certificate");
  return facts;
}

function textIn(secret: V1Secret | undefined, key: string): string {
  return Buffer.from(secret?.data?.[key] ?? "", "base64").toString("utf8");
}
