import { defined } from "@opconnect/core";
import { z } from "zod";
import type { SecretDescription } from "../contract/credential-store.ts";
import { isLeaseVersionId } from "../contract/version-id.ts";

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

/** A version. */
export const version = z.object({ VersionId: z.string() });

/** Answer of `PutSecretValue`, with the labels that the version has now. */
export const putVersion = version.extend({ VersionStages: z.array(z.string()).nullish() });

/** Answer of `GetSecretValue`; a binary value has no `SecretString`. */
export const secretValue = version.extend({
  SecretString: z.string().nullish(),
  CreatedDate: z.date().nullish(),
});

const listedVersion = version.extend({ CreatedDate: z.date().nullish() });

/** A version as `ListSecretVersionIds` lists it. */
export type ListedVersion = z.infer<typeof listedVersion>;

/** Answer of `ListSecretVersionIds`. */
export const versionPage = z.object({
  Versions: z.array(listedVersion).nullish(),
  NextToken: z.string().nullish(),
});

/** Answer of `CreateSecret` and `RestoreSecret`. */
export const namedSecret = z.object({ ARN: z.string() });

/** Answer of `GetResourcePolicy`. */
export const resourcePolicy = z.object({ ResourcePolicy: z.string().nullish() });

/** Answer of `GetCallerIdentity`. */
export const callerIdentity = z.object({ Arn: z.string().startsWith("arn:") });

/** What the stages of a secret's versions and its tags say; leases are no values. */
export function describeVersions(
  stagesOfVersions: DescribedSecret["VersionIdsToStages"],
  tagsOfSecret: DescribedSecret["Tags"],
): SecretDescription {
  const versionIds = Object.keys(stagesOfVersions).filter((id) => !isLeaseVersionId(id));
  const versionId = versionIds.find((id) => stagesOfVersions[id]?.includes("AWSCURRENT"));
  return { tags: tagsOfSecret, versionIds, ...defined({ versionId }) };
}
