import type { SecretsManager } from "@aws-sdk/client-secrets-manager";
import { ConnectError, defined, hasCode, parseJson } from "@opconnect/core";
import { z } from "zod";
import type { StoredLease } from "../contract/credential-store.ts";
import { leaseVersionIdOf } from "../contract/version-id.ts";
import { secretValue, version } from "./answers.ts";
import { ask } from "./client.ts";
import { unlessTaken } from "./errors.ts";
import { describeSecret } from "./version.ts";

/** Label of the version that is the lease. Labels of our own leave AWSCURRENT where it is. */
const leaseStage = "opconnect:lease";

const lease = z.object({
  opconnect: z.literal("lease"),
  sequence: z.int().min(0),
  text: z.string().optional(),
});

/** Reads the lease of a secret. */
export async function readLease(client: SecretsManager, secretId: string): Promise<StoredLease> {
  try {
    const { SecretString } = await ask({ secretId, action: "GetSecretValue" }, secretValue, () =>
      client.getSecretValue({ SecretId: secretId, VersionStage: leaseStage }),
    );
    return parseLease(SecretString ?? "", secretId);
  } catch (error) {
    if (!hasCode(error, "STORE_NOT_FOUND")) throw error;
    // Is it the label that is missing, or the secret?
    const { DeletedDate } = await describeSecret(client, secretId);
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
  return { sequence: data.sequence, ...defined({ text: data.text }) };
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
  // The first version of a secret becomes AWSCURRENT whatever its label: let it be one that says
  // nothing, the same from every run.
  if (sequence === 1) await putLease(client, secretId, { opconnect: "lease", sequence: 0 });
  return putLease(client, secretId, { opconnect: "lease", sequence, text });
}

async function putLease(
  client: SecretsManager,
  secretId: string,
  content: z.infer<typeof lease>,
): Promise<boolean> {
  const put = {
    SecretId: secretId,
    SecretString: JSON.stringify(content),
    VersionStages: [leaseStage],
    ClientRequestToken: leaseVersionIdOf(secretId, content.sequence),
  };
  const call = { secretId, action: "PutSecretValue" };
  const written = await ask(call, version.optional(), () =>
    unlessTaken(client.putSecretValue(put)),
  );
  return written !== undefined;
}
