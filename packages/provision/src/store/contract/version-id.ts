import { createHash } from "node:crypto";

/**
 * The version id that a value gets in a secret, a UUID. It is the same in all stores: writing the
 * value again is the same write, and a value's fingerprint tells its version.
 * @param fingerprint SHA-256 of the value, hex.
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutSecretValue.html
 */
export function versionIdOf(secretId: string, fingerprint: string): string {
  return namedUuid(`${secretId}\n${fingerprint}`, "8");
}

/** The version id that a lease gets in a store which keeps leases as versions. */
export function leaseVersionIdOf(secretId: string, sequence: number): string {
  return namedUuid(`${secretId}\nlease\n${sequence}`, leaseVariant);
}

/** Whether a version is a lease, and not a value. */
export function isLeaseVersionId(versionId: string): boolean {
  return leaseVersionId.test(versionId);
}

/** The digits 8 to b at this place say the same to others, so one of them marks leases. */
const leaseVariant = "b";
const leaseVersionId = /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-b[0-9a-f]{3}-[0-9a-f]{12}$/i;

/** A name-based UUID with a hash of our choice: version 8 of RFC 9562. */
function namedUuid(name: string, variant: string): string {
  const digest = createHash("sha256").update(name).digest("hex");
  const [third, fourth] = [`8${digest.slice(13, 16)}`, `${variant}${digest.slice(17, 20)}`];
  return [digest.slice(0, 8), digest.slice(8, 12), third, fourth, digest.slice(20, 32)].join("-");
}
