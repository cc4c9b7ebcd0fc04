import { isDeepStrictEqual } from "node:util";
import { ConnectError, unlessCode } from "@opconnect/core";
import { z } from "zod";
import type { SecretsManager } from "../aws-sdk.ts";
import type { EnsuredSecret } from "../contract/credential-store.ts";
import { resourcePolicy } from "./answers.ts";
import { ask } from "./client.ts";
import { awsCommand, reportStoreErrors } from "./errors.ts";

/** Id of our statement in a secret's resource policy; all others are left alone. */
const statementId = "OpconnectReaders";

const policySchema = z.looseObject({
  Version: z.string().optional(),
  Statement: z.union([z.array(z.looseObject({})), z.looseObject({})]).optional(),
});

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
  const SecretId = secretId;
  const call = { secretId, action: "GetResourcePolicy" };
  // Who never asked for readers need not be allowed to look for a policy of ours.
  const found = await unlessCode(readers === undefined ? ["STORE_ACCESS_DENIED"] : [], () =>
    ask(call, resourcePolicy, () => client.getResourcePolicy({ SecretId })),
  );
  const existing = found?.ResourcePolicy ?? undefined;
  const wanted = policyForReaders(existing, readers, secretId);
  if (isSamePolicy(existing, wanted)) return;
  if (wanted === undefined) {
    await reportStoreErrors({ secretId, action: "DeleteResourcePolicy" }, () =>
      client.deleteResourcePolicy({ SecretId }),
    );
    return;
  }
  const put = { SecretId, ResourcePolicy: wanted, BlockPublicPolicy: true };
  await reportStoreErrors({ secretId, action: "PutResourcePolicy" }, () =>
    client.putResourcePolicy(put),
  );
}

/**
 * The resource policy of a secret after our statement in it was brought into line: it denies the
 * value to all but the readers. `undefined` if nothing is left in it.
 * @param policy The policy as it is, JSON.
 * @param readers ARNs of principals; `undefined` takes our statement out.
 * @throws `STORE_CONTENT_INVALID` if the policy cannot be understood.
 */
export function policyForReaders(
  policy: string | undefined,
  readers: readonly string[] | undefined,
  secretId: string,
): string | undefined {
  const existing = parsePolicy(policy, secretId);
  const others = [existing.Statement ?? []].flat().filter(({ Sid }) => Sid !== statementId);
  const Statement = readers === undefined ? others : [...others, denyingStatement(readers)];
  if (Statement.length === 0) return undefined;
  return JSON.stringify({ ...existing, Version: existing.Version ?? "2012-10-17", Statement });
}

/** Whether two policies say the same: AWS gives one back with its keys in another order. */
export function isSamePolicy(one: string | undefined, other: string | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  return isDeepStrictEqual(JSON.parse(one), JSON.parse(other));
}

/**
 * ARNs under which a principal may appear as `aws:PrincipalArn`. The session of a role appears as
 * its role, whose path its own ARN does not tell.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalarn
 */
export function principalPatterns(arn: string): readonly string[] {
  const session =
    /^arn:(?<partition>[^:]+):sts::(?<account>\d+):assumed-role\/(?<role>[^/]+)\//.exec(
      arn,
    )?.groups;
  if (session === undefined) return [arn];
  const { partition, account, role } = session;
  const roles = `arn:${partition}:iam::${account}:role`;
  return [`${roles}/${role}`, `${roles}/*/${role}`];
}

function denyingStatement(readers: readonly string[]) {
  return {
    Sid: statementId,
    Effect: "Deny",
    Principal: "*",
    Action: "secretsmanager:GetSecretValue",
    Resource: "*",
    Condition: { ArnNotLike: { "aws:PrincipalArn": [...new Set(readers)].sort() } },
  };
}

function parsePolicy(policy: string | undefined, secretId: string): z.infer<typeof policySchema> {
  if (policy === undefined) return {};
  try {
    return policySchema.parse(JSON.parse(policy));
  } catch {
    throw new ConnectError(
      "STORE_CONTENT_INVALID",
      `The resource policy of the secret ${secretId} is not written as a policy.`,
      `Look at it with \`${awsCommand("get-resource-policy", secretId)}\` and correct it.`,
    );
  }
}
