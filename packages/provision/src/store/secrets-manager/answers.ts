import { ConnectError, defined } from "@opconnect/core";
import { z } from "zod";
import type { SecretDescription } from "../contract/credential-store.ts";
import { isLeaseVersionId } from "../contract/version-id.ts";
import type { StoreCall } from "./errors.ts";

/**
 * Reads what we need from an answer of AWS.
 * @throws `STORE_RESPONSE_INVALID` naming the fields that make no sense, never their values.
 */
export function parseAnswer<T>(
  schema: z.ZodType<T>,
  answer: unknown,
  { secretId, action }: StoreCall,
): T {
  const parsed = schema.safeParse(answer);
  if (parsed.success) return parsed.data;
  const fields = [...new Set(parsed.error.issues.map(({ path }) => path.join(".") || "all of it"))];
  throw new ConnectError(
    "STORE_RESPONSE_INVALID",
    `AWS Secrets Manager answered ${action} on ${secretId} with something that makes no sense (${fields.join(", ")}).`,
    "Check AWS_ENDPOINT_URL and any proxy in between: is it really AWS that answers?",
  );
}

const tags = z
  .array(z.object({ Key: z.string(), Value: z.string().nullish() }))
  .nullish()
  .transform((found) =>
    Object.fromEntries((found ?? []).map(({ Key, Value }) => [Key, Value ?? ""] as const)),
  );
const stages = z
  .record(z.string(), z.array(z.string()))
  .nullish()
  .transform((found) => found ?? {});

/** Answer of `DescribeSecret`, as far as it is used. */
export const describedSecret = z.object({
  ARN: z.string(),
  Name: z.string(),
  Description: z.string().nullish(),
  KmsKeyId: z.string().nullish(),
  DeletedDate: z.date().nullish(),
  Tags: tags,
  VersionIdsToStages: stages,
  ReplicationStatus: z
    .array(z.object({ Region: z.string(), Status: z.string().nullish() }))
    .nullish()
    .transform((found) => found ?? []),
});

/** A secret as `DescribeSecret` describes it. */
export type DescribedSecret = z.infer<typeof describedSecret>;

/** Answer of `ListSecrets`, as far as it is used. */
export const secretPage = z.object({
  SecretList: z.array(
    z.object({
      ARN: z.string(),
      Name: z.string(),
      Tags: tags,
      SecretVersionsToStages: stages,
      PrimaryRegion: z.string().nullish(),
    }),
  ),
  NextToken: z.string().nullish(),
});

/** Answer of `GetSecretValue`; a binary value has no `SecretString`. */
export const secretValue = z.object({
  VersionId: z.string(),
  SecretString: z.string().nullish(),
});

/** Answer of `ListSecretVersionIds`. */
export const versionPage = z.object({
  Versions: z.array(z.object({ VersionId: z.string() })).nullish(),
  NextToken: z.string().nullish(),
});

/** Answer of `CreateSecret` and `RestoreSecret`. */
export const namedSecret = z.object({ ARN: z.string() });

/** Answer of `PutSecretValue`. */
export const writtenVersion = z.object({ VersionId: z.string() });

/** Answer of `GetResourcePolicy`. */
export const resourcePolicy = z.object({ ResourcePolicy: z.string().nullish() });

/** Answer of `GetCallerIdentity`. */
export const callerIdentity = z.object({ Arn: z.string().startsWith("arn:") });

/** An answer of which nothing is used. */
export const acknowledged = z.unknown();

/** What the stages of a secret's versions and its tags say; leases are no values. */
export function describeVersions(
  versionStages: Readonly<Record<string, readonly string[]>>,
  secretTags: Readonly<Record<string, string>>,
): SecretDescription {
  const values = Object.entries(versionStages).filter(
    ([versionId]) => !isLeaseVersionId(versionId),
  );
  const current = values.find(([, labels]) => labels.includes("AWSCURRENT"));
  return {
    tags: secretTags,
    versionIds: values.map(([versionId]) => versionId),
    ...defined({ versionId: current?.[0] }),
  };
}
