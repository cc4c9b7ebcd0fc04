import type { ConfigOf, Zod } from "../contract/store-kind.ts";

/** AWS Secrets Manager as credential store. */
export type SecretsManagerConfig = ConfigOf<
  "secrets-manager",
  ReturnType<typeof secretsManagerFields>
>;

/** What may be said of a store in AWS Secrets Manager. */
export function secretsManagerFields(z: Zod) {
  const like = (pattern: RegExp, allowed: string) => z.string(allowed).regex(pattern, allowed);
  const text = like(/\S/, "a text that is not empty");
  const region = like(/^[a-z]{2}(-[a-z]+)+-\d$/, 'an AWS region, e.g. "eu-central-1"');
  const days = "0 or a whole number from 7 to 30";
  return {
    /**
     * Region of secrets that are named without one, e.g. `"eu-central-1"`.
     * @default - the region in the secret's ARN, else that of the ambient AWS configuration
     */
    region: region.optional(),
    /**
     * Profile of the AWS configuration files.
     * @default - the ambient AWS credentials
     */
    profile: text.optional(),
    /**
     * ARN of a role to assume, e.g. in the account that keeps the secrets.
     * @default - none
     */
    roleArn: like(
      /^arn:[\w-]+:iam::\d{12}:role\/\S+$/,
      'the ARN of a role, e.g. "arn:aws:iam::123456789012:role/opconnect"',
    ).optional(),
    /**
     * External id that the role asks for.
     * @default - none
     */
    externalId: text.optional(),
    /**
     * KMS key that encrypts the secrets: id, alias or ARN.
     * @default - `aws/secretsmanager` for a new secret; one that exists keeps its key
     */
    kmsKeyId: text.optional(),
    /**
     * Days for which a deleted secret can be restored: 7 to 30, or 0 to delete at once.
     * @default 30
     */
    recoveryWindowInDays: z
      .number(days)
      .refine(
        (count) => count === 0 || (Number.isInteger(count) && count >= 7 && count <= 30),
        days,
      )
      .optional(),
    /**
     * Regions that get a replica of each secret.
     * @default - replicas are left as they are
     */
    replicaRegions: z.array(region, "a list of AWS regions").readonly().optional(),
    /**
     * ARNs of the principals that may read the secrets, besides the one that writes them. All
     * others are denied by a resource policy, whatever IAM allows them. `*` stands for any text in
     * a name.
     * @default - IAM alone decides
     */
    readers: z
      .array(
        like(
          /^arn:[\w-]+:(iam|sts)::(\d{12}|\*):\S+$/,
          'the ARN of a principal, e.g. "arn:aws:iam::123456789012:role/ci"',
        ),
        "a list of ARNs",
      )
      .readonly()
      .optional(),
  };
}
