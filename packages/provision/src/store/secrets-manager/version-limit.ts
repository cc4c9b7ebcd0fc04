import type { SecretsManager } from "../aws-sdk.ts";
import { listVersions } from "./version.ts";

/** How many versions AWS keeps, and the age in milliseconds from which on it lets old ones go. */
const limit = { versions: 100, ageMs: 86_400_000 } as const;
const warnFrom = 80;

/** Numbers of the leases that this process wrote last. */
const numbers = new Map<string, number>();

/** Notes the number of a lease: each is a version, and each value is written under one of its own. */
export function noteLease(secretId: string, sequence: number): void {
  numbers.set(secretId, sequence);
}

/**
 * Says on stderr that a secret is about to reach the limit of its versions, of which none can be
 * deleted. Where the number of its lease allows for no more than half as many they are not listed,
 * and where they may not be listed, AWS alone tells.
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html
 */
export async function warnOfLimit(client: SecretsManager, secretId: string): Promise<void> {
  if ((numbers.get(secretId) ?? warnFrom) <= warnFrom / 2) return;
  const versions = await listVersions(client, secretId).catch(() => []);
  const yesterday = Date.now() - limit.ageMs;
  const young = versions.filter(({ CreatedDate }) => (CreatedDate?.getTime() ?? 0) > yesterday);
  if (young.length < warnFrom) return;
  process.stderr.write(
    `opconnect: the secret ${secretId} has ${young.length} versions of one day; Secrets Manager refuses more than ${limit.versions}, and lets none go before. A rotation makes three: put the next ones off until tomorrow.\n`,
  );
}
