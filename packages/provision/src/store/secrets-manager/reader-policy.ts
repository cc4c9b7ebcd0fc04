import { ConnectError } from "@opconnect/core";
import { z } from "zod";

/** Id of our statement in a secret's resource policy; all others are left alone. */
const statementId = "OpconnectReaders";

const policySchema = z.looseObject({
  Version: z.string().optional(),
  Statement: z.union([z.array(z.looseObject({})), z.looseObject({})]).optional(),
});

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

/** Whether two policies say the same, however they are written. */
export function isSamePolicy(one: string | undefined, other: string | undefined): boolean {
  return canonical(one) === canonical(other);
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
      `Look at it with \`aws secretsmanager get-resource-policy --secret-id ${secretId}\` and correct it.`,
    );
  }
}

function canonical(policy: string | undefined): string {
  return policy === undefined ? "" : JSON.stringify(sorted(JSON.parse(policy)));
}

/** Keys in order: AWS gives a policy back with its keys in another one. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, held]) => [key, sorted(held)] as const);
  return Object.fromEntries(entries.sort(([one], [other]) => (one < other ? -1 : 1)));
}
