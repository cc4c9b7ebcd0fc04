import { ConnectError, isConnectError } from "@opconnect/core";
import { z } from "zod";
import type { StoredLease } from "../contract/credential-store.ts";
import { leaseVersionIdOf } from "../contract/version-id.ts";
import { secretValue, writtenVersion } from "./answers.ts";
import { ask, type RegionalClient } from "./client.ts";
import { isTaken } from "./errors.ts";
import { describeSecret } from "./version.ts";

/** Label of the version that is the lease. Labels of our own leave AWSCURRENT where it is. */
const leaseStage = "opconnect:lease";

const lease = z.object({
  opconnect: z.literal("lease"),
  sequence: z.int().min(0),
  text: z.string().optional(),
});

/** Reads the lease of a secret. */
export async function readLease(regional: RegionalClient, secretId: string): Promise<StoredLease> {
  const { sdk, client } = regional;
  try {
    const { SecretString } = await ask({ secretId, action: "GetSecretValue" }, secretValue, () =>
      client.send(new sdk.GetSecretValueCommand({ SecretId: secretId, VersionStage: leaseStage })),
    );
    return parseLease(SecretString ?? "", secretId);
  } catch (error) {
    if (!isConnectError(error) || error.code !== "STORE_NOT_FOUND") throw error;
    // Is it the label that is missing, or the secret?
    const { DeletedDate } = await describeSecret(regional, secretId);
    if (DeletedDate) throw error;
    return { sequence: 0 };
  }
}

function parseLease(text: string, secretId: string): StoredLease {
  const { data } = lease.safeParse(parseJson(text));
  if (data === undefined) {
    throw new ConnectError(
      "STORE_CONTENT_INVALID",
      `The version of the secret ${secretId} labelled ${leaseStage} is no lease of opconnect.`,
      `Take the label off with \`aws secretsmanager update-secret-version-stage --secret-id ${secretId} --version-stage ${leaseStage} --remove-from-version-id <its id>\`, then run again.`,
    );
  }
  const { sequence, text: holder } = data;
  return holder === undefined ? { sequence } : { sequence, text: holder };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * Writes a lease as a version whose id is its number: AWS lets nobody write another text under the
 * same id, so of two writers one is refused.
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutSecretValue.html
 */
export async function writeLease(
  regional: RegionalClient,
  secretId: string,
  sequence: number,
  text: string,
): Promise<boolean> {
  // The first version of a secret becomes AWSCURRENT whatever its label: let it be one that says
  // nothing, the same for everybody.
  if (sequence === 1) await putLease(regional, secretId, { opconnect: "lease", sequence: 0 });
  return putLease(regional, secretId, { opconnect: "lease", sequence, text });
}

async function putLease(
  { sdk, client }: RegionalClient,
  secretId: string,
  content: z.infer<typeof lease>,
): Promise<boolean> {
  const put = new sdk.PutSecretValueCommand({
    SecretId: secretId,
    SecretString: JSON.stringify(content),
    VersionStages: [leaseStage],
    ClientRequestToken: leaseVersionIdOf(secretId, content.sequence),
  });
  const written = await ask({ secretId, action: "PutSecretValue" }, writtenVersion, async () => {
    try {
      return await client.send(put);
    } catch (error) {
      if (isTaken(error)) return { VersionId: "" };
      throw error;
    }
  });
  return written.VersionId !== "";
}
