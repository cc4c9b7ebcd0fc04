import { ConnectError, defined, hasCode, parseJson, unlessCode } from "@opconnect/core";
import { z } from "zod";
import type { SecretsManager } from "../aws-sdk.ts";
import type { StoredLease } from "../contract/credential-store.ts";
import { isLeaseVersionId, leaseVersionIdOf } from "../contract/version-id.ts";
import { type ListedVersion, secretValue, version } from "./answers.ts";
import { ask } from "./client.ts";
import { awsCommand, unlessTaken } from "./errors.ts";
import { noteHoldersWrite, noteWrite, recentWrite, settledRead } from "./own-writes.ts";
import { describeSecret, listVersions } from "./version.ts";
import { noteLease } from "./version-limit.ts";

/** Label of the version that is the lease. Labels of our own leave AWSCURRENT where it is. */
const leaseStage = "opconnect:lease";

const lease = z.object({
  opconnect: z.literal("lease"),
  sequence: z.int().min(0),
  text: z.string().optional(),
  /** What its holder wrote last: whoever comes next, on another machine, reads nothing older. */
  wrote: z
    .object({ versionId: z.string().optional(), tags: z.record(z.string(), z.string()) })
    .optional(),
});

/** Reads the lease of a secret. */
export function readLease(client: SecretsManager, secretId: string): Promise<StoredLease> {
  return settledRead(
    secretId,
    (found, write) => !write.isDeleted && found.sequence >= (write.sequence ?? 0),
    () => lookAtLease(client, secretId),
  );
}

async function lookAtLease(client: SecretsManager, secretId: string): Promise<StoredLease> {
  try {
    return await getLease(client, secretId, { VersionStage: leaseStage });
  } catch (error) {
    if (!hasCode(error, "STORE_NOT_FOUND")) throw error;
    // Is it the label that is missing, or the secret?
    const { DeletedDate, VersionIdsToStages } = await describeSecret(client, secretId);
    if (DeletedDate) throw error;
    if (Object.keys(VersionIdsToStages).length === 0) return { sequence: 0 };
    return latestUnlabelled(client, secretId);
  }
}

async function getLease(
  client: SecretsManager,
  secretId: string,
  which: { readonly VersionStage: string } | { readonly VersionId: string },
): Promise<StoredLease> {
  const call = { secretId, action: "GetSecretValue" };
  const { SecretString, VersionId, CreatedDate } = await ask(call, secretValue, () =>
    client.getSecretValue({ SecretId: secretId, ...which }),
  );
  const { sequence, text, wrote } = parseLease(SecretString ?? "", secretId, VersionId);
  const isNews = sequence > (recentWrite(secretId)?.sequence ?? -1);
  if (isNews && wrote !== undefined) {
    const now = Date.now() + client.config.systemClockOffset;
    const ageMs = CreatedDate ? now - CreatedDate.getTime() : 0;
    noteHoldersWrite(secretId, ageMs, { sequence, ...wrote });
  }
  return { sequence, ...defined({ text }) };
}

/**
 * The last lease where the label was taken off it: its number, and those before, are used up. Of
 * versions made at the same moment the order is not known.
 */
async function latestUnlabelled(client: SecretsManager, secretId: string): Promise<StoredLease> {
  const versions = await unlessCode(["STORE_ACCESS_DENIED"], () => listVersions(client, secretId));
  const madeAt = ({ CreatedDate }: ListedVersion) => CreatedDate?.getTime() ?? 0;
  const leases = (versions ?? [])
    .filter(({ VersionId }) => isLeaseVersionId(VersionId))
    .sort((one, other) => madeAt(other) - madeAt(one));
  let latest: StoredLease = { sequence: 0 };
  for (const { VersionId } of leases.slice(0, 5)) {
    const found = await getLease(client, secretId, { VersionId });
    if (found.sequence > latest.sequence) latest = found;
  }
  return latest;
}

function parseLease(text: string, secretId: string, versionId: string): z.infer<typeof lease> {
  const { data } = lease.safeParse(parseJson(text));
  if (data === undefined) {
    throw new ConnectError(
      "STORE_CONTENT_INVALID",
      `The version of the secret ${secretId} labelled ${leaseStage} is no lease of opconnect.`,
      `Take the label off with \`${awsCommand("update-secret-version-stage", secretId)} --version-stage ${leaseStage} --remove-from-version-id ${versionId}\`, then run again.`,
    );
  }
  return data;
}

/**
 * Writes a lease as a version whose id is its number: AWS refuses another text under the same
 * id, so of two writers one is refused.
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutSecretValue.html
 */
export async function writeLease(
  client: SecretsManager,
  secretId: string,
  sequence: number,
  text: string,
): Promise<boolean> {
  const { versionId, tags = {} } = recentWrite(secretId) ?? {};
  const hasWritten = versionId !== undefined || Object.keys(tags).length > 0;
  const wrote = hasWritten ? { tags, ...defined({ versionId }) } : undefined;
  const content: z.infer<typeof lease> = {
    opconnect: "lease",
    sequence,
    text,
    ...defined({ wrote }),
  };
  const put = {
    SecretId: secretId,
    SecretString: JSON.stringify(content),
    VersionStages: [leaseStage],
    ClientRequestToken: leaseVersionIdOf(secretId, sequence),
  };
  const call = { secretId, action: "PutSecretValue" };
  const written = await ask(call, version.optional(), () =>
    unlessTaken(client.putSecretValue(put)),
  );
  if (written === undefined) return false;
  noteWrite(secretId, { sequence });
  noteLease(secretId, sequence);
  return true;
}
