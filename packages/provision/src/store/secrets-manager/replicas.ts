import { defined } from "@opconnect/core";
import type { SecretsManager } from "../aws-sdk.ts";
import type { DescribedSecret } from "./answers.ts";
import type { SecretsManagerConfig } from "./config.ts";
import { reportStoreErrors } from "./errors.ts";

/** Adds the replicas that are missing or have failed, and removes those not asked for. */
export async function alignReplicas(
  client: SecretsManager,
  found: DescribedSecret,
  { replicaRegions, kmsKeyId }: Pick<SecretsManagerConfig, "replicaRegions" | "kmsKeyId">,
): Promise<void> {
  if (replicaRegions === undefined) return;
  const secretId = found.ARN;
  const sound = found.ReplicationStatus.filter(({ Status }) => Status !== "Failed");
  const missing = replicaRegions.filter((region) => !sound.some(({ Region }) => Region === region));
  const extra = found.ReplicationStatus.map(({ Region }) => Region).filter(
    (region) => !replicaRegions.includes(region),
  );
  if (missing.length > 0) {
    const request = { SecretId: secretId, AddReplicaRegions: replicasIn(missing, kmsKeyId) };
    const call = { secretId, action: "ReplicateSecretToRegions" };
    await reportStoreErrors(call, () => client.replicateSecretToRegions(request));
  }
  if (extra.length > 0) await removeReplicas(client, secretId, extra);
}

/** A multi-Region key encrypts replicas too; of other keys a region has another one. */
export function replicasIn(regions: readonly string[], kmsKeyId: string | undefined) {
  const multiRegion = /(?:^|\/)(?<id>mrk-[0-9a-f]+)$/.exec(kmsKeyId ?? "")?.groups?.id;
  return regions.map((Region) => ({ Region, ...defined({ KmsKeyId: multiRegion }) }));
}

/** Deletes the replicas in these regions. */
export async function removeReplicas(
  client: SecretsManager,
  secretId: string,
  regions: readonly string[],
): Promise<void> {
  const request = { SecretId: secretId, RemoveReplicaRegions: [...regions] };
  const call = { secretId, action: "RemoveRegionsFromReplication" };
  await reportStoreErrors(call, () => client.removeRegionsFromReplication(request));
}
