import type * as aws from "@aws-sdk/client-secrets-manager";
import { ConnectError, fingerprint } from "@opconnect/core";
import type { CredentialStore, CredentialToStore, SecretDescription } from "./credential-store.ts";
import { reportStoreErrors } from "./secrets-manager-error.ts";
import { storeTagKeys } from "./store-tag-keys.ts";
import { versionIdOf } from "./version-id.ts";

/** Options of {@link createSecretsManagerStore}. */
export interface SecretsManagerOptions {
  /**
   * Region of secrets that are named without one, e.g. `"eu-central-1"`.
   * @default - the region in the secret's ARN, else that of the ambient AWS configuration
   */
  readonly region?: string | undefined;
  /**
   * Time limit of one request, in milliseconds.
   * @default 20_000
   */
  readonly timeoutMs?: number;
}

/**
 * AWS Secrets Manager as credential store. A secret is named by its ARN. Endpoint, profile and
 * credentials come from the ambient AWS configuration.
 *
 * It needs the actions `DescribeSecret`, `GetSecretValue`, `PutSecretValue`, `TagResource` and
 * `UntagResource`, and `kms:Decrypt` and `kms:GenerateDataKey` where the secret has a key of its own.
 */
export function createSecretsManagerStore(options: SecretsManagerOptions = {}): CredentialStore {
  const clients = new Map<string | undefined, Promise<Client>>();

  /** One client per region, made when it is first needed: loading the SDK takes a while. */
  function clientFor(secretId: string): Promise<Client> {
    const region = regionOf(secretId) ?? options.region;
    const client = clients.get(region) ?? loadClient(region, options.timeoutMs ?? 20_000);
    clients.set(region, client);
    return client;
  }

  return {
    async read(secretId) {
      const client = await clientFor(secretId);
      const value = await reportStoreErrors({ secretId, action: "GetSecretValue" }, () =>
        currentValue(client, secretId),
      );
      if (value === undefined) return undefined;
      const { tags } = await reportStoreErrors({ secretId, action: "DescribeSecret" }, () =>
        description(client, secretId),
      );
      return { ...value, tags };
    },

    async describe(secretId) {
      const client = await clientFor(secretId);
      return reportStoreErrors({ secretId, action: "DescribeSecret" }, () =>
        unlessMissing(async () => {
          const { deleted, ...described } = await description(client, secretId);
          // Scheduled for deletion: its value cannot be read any more, nor its tags changed.
          return deleted ? undefined : described;
        }),
      );
    },

    async write(credential) {
      const client = await clientFor(credential.secretId);
      const { secretId, tags } = credential;
      const versionId = await reportStoreErrors({ secretId, action: "PutSecretValue" }, () =>
        putValue(client, credential),
      );
      const unused = Object.fromEntries(storeTagKeys.map((key) => [key, ""]));
      await changeTags(client, secretId, { ...unused, ...tags });
      return { versionId };
    },

    async tag(secretId, tags) {
      const client = await clientFor(secretId);
      await changeTags(client, secretId, tags);
    },

    restore: yetToCome,
    readLease: yetToCome,
    writeLease: yetToCome,
    ensureSecret: yetToCome,
    deleteSecret: yetToCome,
    listSecrets: yetToCome,
  };
}

function yetToCome(): Promise<never> {
  throw new ConnectError("STORE_FAILED", "This is yet to come.", "");
}

/** The SDK, loaded, and a client of one region. */
interface Client {
  readonly sdk: typeof aws;
  readonly client: aws.SecretsManagerClient;
}

async function loadClient(region: string | undefined, timeoutMs: number): Promise<Client> {
  const sdk = await import("@aws-sdk/client-secrets-manager");
  const requestHandler = { connectionTimeout: 5_000, requestTimeout: timeoutMs };
  const client = new sdk.SecretsManagerClient({
    requestHandler: { ...requestHandler, throwOnRequestTimeout: true },
    ...(region === undefined ? {} : { region }),
  });
  return { sdk, client };
}

/** The region named in an ARN: `arn:aws:secretsmanager:<region>:<account>:secret:<name>`. */
function regionOf(secretId: string): string | undefined {
  return /^arn:[^:]+:secretsmanager:(?<region>[^:]+):/.exec(secretId)?.groups?.region;
}

async function currentValue({ sdk, client }: Client, secretId: string) {
  const found = await unlessUnset(() =>
    client.send(new sdk.GetSecretValueCommand({ SecretId: secretId })),
  );
  if (found === undefined) return undefined;
  if (found.SecretString === undefined || found.VersionId === undefined) {
    throw new ConnectError(
      "STORE_CONTENT_INVALID",
      `The secret ${secretId} holds a binary value.`,
      "opconnect stores text only: use a secret of its own for each credential.",
    );
  }
  return { value: found.SecretString, versionId: found.VersionId };
}

async function description(
  { sdk, client }: Client,
  secretId: string,
): Promise<SecretDescription & { readonly deleted: boolean }> {
  const found = await client.send(new sdk.DescribeSecretCommand({ SecretId: secretId }));
  const tags = (found.Tags ?? []).map(({ Key, Value }) => [Key ?? "", Value ?? ""] as const);
  const versions = Object.entries(found.VersionIdsToStages ?? {});
  const current = versions.find(([, stages]) => stages.includes("AWSCURRENT"));
  return {
    tags: Object.fromEntries(tags),
    deleted: found.DeletedDate !== undefined,
    versionIds: versions.map(([versionId]) => versionId),
    ...(current === undefined ? {} : { versionId: current[0] }),
  };
}

async function putValue({ sdk, client }: Client, { secretId, value }: CredentialToStore) {
  const written = await client.send(
    new sdk.PutSecretValueCommand({
      SecretId: secretId,
      SecretString: value,
      ClientRequestToken: versionIdOf(secretId, fingerprint(value)),
    }),
  );
  return written.VersionId ?? versionIdOf(secretId, fingerprint(value));
}

/** Sets tags all at once, then removes those given as empty. */
async function changeTags(
  { sdk, client }: Client,
  secretId: string,
  tags: Readonly<Record<string, string>>,
) {
  const entries = Object.entries(tags);
  const kept = entries.flatMap(([Key, Value]) => (Value === "" ? [] : [{ Key, Value }]));
  const removed = entries.flatMap(([key, value]) => (value === "" ? [key] : []));
  if (kept.length > 0) {
    const command = new sdk.TagResourceCommand({ SecretId: secretId, Tags: kept });
    await reportStoreErrors({ secretId, action: "TagResource" }, () => client.send(command));
  }
  if (removed.length > 0) {
    const command = new sdk.UntagResourceCommand({ SecretId: secretId, TagKeys: removed });
    await reportStoreErrors({ secretId, action: "UntagResource" }, () => client.send(command));
  }
}

/** `undefined` for a secret that exists but was never given a value. */
async function unlessUnset<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (isMissing(error) && /staging label/i.test(error.message)) return undefined;
    throw error;
  }
}

async function unlessMissing<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function isMissing(error: unknown): error is Error {
  return error instanceof Error && error.name === "ResourceNotFoundException";
}
