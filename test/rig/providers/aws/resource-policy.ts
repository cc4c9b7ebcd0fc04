import type { SecretsManager } from "@aws-sdk/client-secrets-manager";
import { attempt, awsErrorName } from "./session.ts";

/** The policy attached to a secret, empty if there is none. */
export async function readPolicy(manager: SecretsManager, arn: string): Promise<string> {
  const reading = manager.getResourcePolicy({ SecretId: arn }).catch((error: unknown) => {
    if (awsErrorName(error) === "ResourceNotFoundException") return { ResourcePolicy: "" };
    throw error;
  });
  const found = await attempt(`reading Secrets Manager Secret Policy (${arn})`, reading);
  return found.ResourcePolicy ?? "";
}

/** Attaches a policy; the empty document `{}` takes it away. */
export async function putPolicy(
  manager: SecretsManager,
  arn: string,
  policy: string,
  blockPublicPolicy = false,
): Promise<void> {
  if (policy.trim() === "{}") return deletePolicy(manager, arn);
  const settings = {
    SecretId: arn,
    ResourcePolicy: policy,
    BlockPublicPolicy: blockPublicPolicy,
  };
  const writing = manager.putResourcePolicy(settings);
  await attempt(`setting Secrets Manager Secret (${arn}) policy`, writing);
}

/** Takes the policy of a secret away, which may be gone already. */
export async function deletePolicy(manager: SecretsManager, arn: string): Promise<void> {
  const removal = manager.deleteResourcePolicy({ SecretId: arn }).catch((error: unknown) => {
    if (awsErrorName(error) !== "ResourceNotFoundException") throw error;
  });
  await attempt(`deleting Secrets Manager Secret Policy (${arn})`, removal);
}
