import { SecretsManager } from "@aws-sdk/client-secrets-manager";
import type { LookIntoStore } from "./stored-secret.ts";

/** Looks into Secrets Manager. */
export function secretsManagerWorld(env: Readonly<Record<string, string>>): LookIntoStore {
  const { AWS_ENDPOINT_URL = "", AWS_REGION = "" } = env;
  const { AWS_ACCESS_KEY_ID = "", AWS_SECRET_ACCESS_KEY = "" } = env;
  const client = new SecretsManager({
    endpoint: AWS_ENDPOINT_URL,
    region: AWS_REGION,
    credentials: { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY },
  });
  return async (name) => {
    const found = await unlessMissing(() => client.describeSecret({ SecretId: name }));
    if (found === undefined) return undefined;
    const tags = (found.Tags ?? []).map(({ Key, Value }) => [Key ?? "", Value ?? ""] as const);
    const described = { secretId: found.ARN ?? "", tags: Object.fromEntries(tags) };
    if (found.DeletedDate !== undefined) return { ...described, deleted: true };
    const current = await unlessMissing(() =>
      client.getSecretValue({ SecretId: name, VersionStage: "AWSCURRENT" }),
    );
    const value = current?.SecretString;
    // The first version of a secret is its current one, also when it is a lease.
    if (value === undefined || value.startsWith('{"opconnect":"lease"')) {
      return { ...described, deleted: false };
    }
    return { ...described, value, versionId: current?.VersionId ?? "", deleted: false };
  };
}

async function unlessMissing<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Error && error.name === "ResourceNotFoundException") return undefined;
    throw error;
  }
}
