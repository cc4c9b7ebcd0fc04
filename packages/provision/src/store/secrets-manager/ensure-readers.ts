import type { SecretsManager } from "@aws-sdk/client-secrets-manager";
import { hasCode } from "@opconnect/core";
import type { EnsuredSecret } from "../contract/credential-store.ts";
import { acknowledged, resourcePolicy } from "./answers.ts";
import { ask } from "./client.ts";
import { isSamePolicy, policyForReaders } from "./reader-policy.ts";

/**
 * Lets only the readers read a secret, or all whom IAM allows it. A new secret has no policy; one
 * that was there may have one of ours that is not wanted any more.
 */
export async function ensureReaders(
  client: SecretsManager,
  { secretId, outcome }: EnsuredSecret,
  readers: readonly string[] | undefined,
): Promise<void> {
  if (outcome === "created" && readers === undefined) return;
  const call = { secretId, action: "GetResourcePolicy" };
  const found = await ask(call, resourcePolicy, () =>
    client.getResourcePolicy({ SecretId: secretId }),
  ).catch((error) => {
    // Who never asked for readers need not be allowed to look for a policy of ours.
    if (readers === undefined && hasCode(error, "STORE_ACCESS_DENIED")) return undefined;
    throw error;
  });
  if (found === undefined) return;
  const existing = found.ResourcePolicy ?? undefined;
  const wanted = policyForReaders(existing, readers, secretId);
  if (isSamePolicy(existing, wanted)) return;
  if (wanted === undefined) {
    await ask({ secretId, action: "DeleteResourcePolicy" }, acknowledged, () =>
      client.deleteResourcePolicy({ SecretId: secretId }),
    );
    return;
  }
  const put = { SecretId: secretId, ResourcePolicy: wanted, BlockPublicPolicy: true };
  await ask({ secretId, action: "PutResourcePolicy" }, acknowledged, () =>
    client.putResourcePolicy(put),
  );
}
