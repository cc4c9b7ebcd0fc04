import { createPrivateKey, X509Certificate } from "node:crypto";

/** A certificate, by what it says of itself. */
export interface CertificateFacts {
  /** The certificate itself, in PEM, without those that a file has beside it. */
  readonly certificate: string;
  /** SHA-256 of the certificate, hex. */
  readonly fingerprint: string;
  readonly expiresAt: Date;
  /** The names that it holds for. */
  readonly dnsNames: readonly string[];
}

/** Reads the first certificate of a text in PEM; `undefined` if there is none. */
export function certificateFacts(pem: string): CertificateFacts | undefined {
  const [first] = certificatesIn(pem);
  const read = first === undefined ? undefined : parsed(first);
  if (first === undefined || read === undefined) return undefined;
  return {
    certificate: first,
    fingerprint: read.fingerprint256.replaceAll(":", "").toLowerCase(),
    expiresAt: new Date(read.validTo),
    dnsNames: (read.subjectAltName ?? "")
      .split(", ")
      .flatMap((name) => (name.startsWith("DNS:") ? [name.slice("DNS:".length)] : [])),
  };
}

/** The certificates of a text in PEM, each by itself. */
export function certificatesIn(pem: string): readonly string[] {
  const found = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  return found.map((each) => `${each}\n`);
}

/** Whether a certificate holds for a name, as who calls it looks: `*` stands for a part of it too. */
export function holdsFor(certificate: string, dnsName: string): boolean {
  return parsed(certificate)?.checkHost(dnsName) !== undefined;
}

/** Whether a key is that of a certificate. */
export function isKeyOf(certificate: string, key: string): boolean {
  try {
    return parsed(certificate)?.checkPrivateKey(createPrivateKey(key)) ?? false;
  } catch {
    return false;
  }
}

function parsed(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem);
  } catch {
    return undefined;
  }
}
