import { KeyObject, webcrypto } from "node:crypto";

/** What a certificate is made for. */
export interface CertificateRequest {
  /** Names that it holds for, the first one its subject. */
  readonly dnsNames: readonly string[];
  /** When it is made. */
  readonly now: Date;
}

/** A certificate and its key, in PEM. */
export interface MadeCertificate {
  readonly certificate: string;
  /** Secret. */
  readonly key: string;
}

/**
 * Makes a key on the curve P-256 and a certificate that it signs itself: good for a server, for a
 * year, and for signing no others.
 * @see https://www.rfc-editor.org/rfc/rfc5280
 */
export async function makeCertificate({
  dnsNames,
  now,
}: CertificateRequest): Promise<MadeCertificate> {
  const x509 = await import("./x509.ts");
  const curve = { name: "ECDSA", namedCurve: "P-256" };
  const keys = await webcrypto.subtle.generateKey(curve, true, ["sign", "verify"]);
  const made = await x509.X509CertificateGenerator.createSelfSigned(
    {
      name: [{ CN: [dnsNames[0] ?? ""] }],
      // A clock that is a little behind ours takes it already.
      notBefore: new Date(now.getTime() - skewMs),
      notAfter: new Date(now.getTime() + lifeMs),
      keys,
      signingAlgorithm: { name: "ECDSA", hash: "SHA-256" },
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
        new x509.SubjectAlternativeNameExtension(
          dnsNames.map((value) => ({ type: "dns", value }) as const),
        ),
        await x509.SubjectKeyIdentifierExtension.create(keys.publicKey, false, webcrypto),
        await x509.AuthorityKeyIdentifierExtension.create(keys.publicKey, false, webcrypto),
      ],
    },
    webcrypto,
  );
  const key = KeyObject.from(keys.privateKey).export({ type: "pkcs8", format: "pem" });
  return { certificate: `${made.toString("pem")}\n`, key: key.toString() };
}

/** How long a certificate lives. */
export const lifeDays = 365;

const lifeMs = lifeDays * 86_400_000;

const skewMs = 3_600_000;
