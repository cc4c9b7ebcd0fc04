import { SecretsManager } from "@aws-sdk/client-secrets-manager";
import type { RigAccess } from "../rig-access.ts";

/** The secrets in Secrets Manager by name, each with the id of its current version if it has one. */
export async function storedSecrets(rig: RigAccess): Promise<readonly string[]> {
  const { SecretList = [] } = await connect(rig).listSecrets({ MaxResults: 100 });
  return SecretList.map(({ Name, SecretVersionsToStages = {} }) => {
    const current = Object.entries(SecretVersionsToStages).find(([, stages]) =>
      stages.includes("AWSCURRENT"),
    );
    return `${Name} ${current?.[0] ?? "empty"}`;
  }).sort();
}

/** The value that a secret holds. */
export async function storedValue(rig: RigAccess, name: string): Promise<string> {
  // Without a stage, moto answers with the version written last.
  const current = { SecretId: name, VersionStage: "AWSCURRENT" };
  const { SecretString = "" } = await connect(rig).getSecretValue(current);
  return SecretString;
}

/** How a secret is kept: nothing of its value. */
export async function storedSettings(rig: RigAccess, name: string) {
  const { ReplicationStatus = [], DeletedDate } = await connect(rig).describeSecret({
    SecretId: name,
  });
  const { ResourcePolicy } = await connect(rig).getResourcePolicy({ SecretId: name });
  const policy: unknown = ResourcePolicy === undefined ? undefined : JSON.parse(ResourcePolicy);
  return {
    replicas: ReplicationStatus.map(({ Region }) => Region),
    policy,
    deletedOn: DeletedDate,
  };
}

/** Puts a value into a secret, as a person would by hand. */
export async function putStoredValue(rig: RigAccess, name: string, value: string): Promise<void> {
  await connect(rig).putSecretValue({ SecretId: name, SecretString: value });
}

/** Creates a secret with a value, as a person would by hand. */
export async function createStoredSecret(
  rig: RigAccess,
  name: string,
  value: string,
): Promise<void> {
  await connect(rig).createSecret({ Name: name, SecretString: value });
}

/** Deletes a secret for good, if there is one of the name. */
export async function removeStoredSecret(rig: RigAccess, name: string): Promise<void> {
  const deletion = { SecretId: name, ForceDeleteWithoutRecovery: true };
  await connect(rig).deleteSecret(deletion);
}

/** Deletes a secret as the console does, so that it can be restored for a week. */
export async function scheduleDeletion(rig: RigAccess, name: string): Promise<void> {
  await connect(rig).deleteSecret({ SecretId: name, RecoveryWindowInDays: 7 });
}

/** Sets tags of a secret, as a person would by hand. */
export async function tagStoredSecret(
  rig: RigAccess,
  name: string,
  tags: Readonly<Record<string, string>>,
): Promise<void> {
  const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  await connect(rig).tagResource({ SecretId: name, Tags });
}

function connect({ env }: RigAccess): SecretsManager {
  const { AWS_ENDPOINT_URL, AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = env;
  return new SecretsManager({
    endpoint: AWS_ENDPOINT_URL ?? "",
    region: AWS_REGION ?? "",
    credentials: {
      accessKeyId: AWS_ACCESS_KEY_ID ?? "",
      secretAccessKey: AWS_SECRET_ACCESS_KEY ?? "",
    },
  });
}
