import { ConnectError } from "@opconnect/core";
import { patiently } from "../../process/patient.ts";
import type { ClusterApi, ClusterSecretName } from "../api.ts";
import { dataKeys, parseSecretMetadata } from "../secret/metadata.ts";
import { type CertificateFacts, certificateFacts, holdsFor } from "./facts.ts";
import { tlsKeys } from "./find.ts";

/** A Secret of somebody else's that Connect is to serve a certificate from. */
export interface GivenCertificate extends ClusterSecretName {
  /** What the operator calls Connect. */
  readonly host: string;
}

/** How long is waited for a Secret that is made beside what needs it. */
export interface GivenPatience {
  /** In milliseconds. */
  readonly limitMs?: number;
  /** Time between two looks, in milliseconds. */
  readonly pollMs?: number;
}

/**
 * When the certificate in a Secret was written last, as far as its metadata say; `undefined` if there
 * is no Secret yet. Reads no value.
 * @throws `ARGUMENT_INVALID` if it is no Secret of a certificate.
 */
export async function findGiven(
  api: Pick<ClusterApi, "readSecretMetadata">,
  place: ClusterSecretName,
): Promise<string | undefined> {
  const found = await api.readSecretMetadata(place);
  if (found === undefined) return undefined;
  const metadata = parseSecretMetadata(found);
  const keys = dataKeys(metadata);
  const lacking = Object.values(tlsKeys).filter((key) => !keys.includes(key));
  if (lacking.length > 0) throw unfit(place, `has no ${lacking.join(" and no ")}`);
  const times = metadata.managedFields.flatMap(({ time, fieldsV1 }) =>
    fieldsV1?.["f:data"] === undefined || time === undefined ? [] : [time.toISOString()],
  );
  return [metadata.uid, ...times.sort().slice(-1)].join(" ");
}

/**
 * Waits for the Secret, and reads the certificate in it.
 * @throws `ARGUMENT_INVALID` if it does not come, or holds none with which the operator could call.
 */
export async function awaitGiven(
  api: Pick<ClusterApi, "readSecret">,
  { host, ...place }: GivenCertificate,
  { limitMs = 120_000, pollMs = 1_000 }: GivenPatience = {},
  now = new Date(),
): Promise<CertificateFacts> {
  const until = Date.now() + limitMs;
  const pause = patiently(`Waiting for the Secret ${place.namespace}/${place.name} …`);
  for (;;) {
    const secret = await api.readSecret(place);
    if (secret !== undefined) {
      const held = Buffer.from(secret.data?.[tlsKeys.certificate] ?? "", "base64").toString("utf8");
      const facts = certificateFacts(held);
      if (facts === undefined) throw unfit(place, "has no certificate in tls.crt");
      if (!holdsFor(facts.certificate, host)) {
        const names = facts.dnsNames.join(", ") || "no name";
        throw unfit(place, `has a certificate for ${names}, and the operator calls ${host}`);
      }
      if (facts.expiresAt <= now) {
        throw unfit(place, `has a certificate that expired on ${facts.expiresAt.toISOString()}`);
      }
      return facts;
    }
    if (Date.now() > until) throw unfit(place, "is not there");
    await pause(pollMs);
  }
}

function unfit({ namespace, name }: ClusterSecretName, what: string): ConnectError {
  return new ConnectError(
    "ARGUMENT_INVALID",
    `\`tls.secret\` names the Secret ${namespace}/${name}, which ${what}.`,
    "Have one of the type `kubernetes.io/tls` made in that namespace, for the name of Connect's Service, or pass `tls: true`.",
  );
}
