import type { SecretsManager } from "../aws-sdk.ts";
import { listVersions } from "./version.ts";

/** How many versions AWS keeps, and the age in milliseconds from which on it lets old ones go. */
const limit = { versions: 100, ageMs: 86_400_000 } as const;
const warnFrom = 80;

/**
 * Says on stderr that a secret is about to reach the limit of its versions, of which none can be
 * deleted. Where they may not be listed, AWS alone tells.
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html
 */
export async function warnOfLimit(client: SecretsManager, secretId: string): Promise<void> {
  const versions = await listVersions(client, secretId).catch(() => []);
  const yesterday = Date.now() - limit.ageMs;
  const young = versions.filter(({ CreatedDate }) => (CreatedDate?.getTime() ?? 0) > yesterday);
  if (young.length < warnFrom) return;
  process.stderr.write(
    `opconnect: the secret ${secretId} has ${young.length} versions of one day; Secrets Manager refuses more than ${limit.versions}, and lets none go before. A rotation makes five: put the next ones off until tomorrow.\n`,
  );
}
