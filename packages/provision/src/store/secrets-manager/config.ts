import type { ConfigOf, Zod } from "../contract/store-kind.ts";

/** AWS Secrets Manager as credential store. */
export type SecretsManagerConfig = ConfigOf<
  "secrets-manager",
  ReturnType<typeof secretsManagerFields>
>;

/** What may be said of a store in AWS Secrets Manager. */
export function secretsManagerFields(z: Zod) {
  const text = z.string().min(1, "empty");
  const region = z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'no AWS region, e.g. "eu-central-1"');
  const role = /^arn:[\w-]+:iam::\d{12}:role\/\S+$/;
  const principal = /^arn:[\w-]+:(iam|sts)::(\d{12}|\*):\S+$/;
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
    roleArn: z
      .string()
      .regex(role, 'no ARN of a role, e.g. "arn:aws:iam::123456789012:role/opconnect"')
      .optional(),
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
      .number()
      .refine((days) => days === 0 || (Number.isInteger(days) && days >= 7 && days <= 30), {
        error: "neither 0 nor a whole number from 7 to 30",
      })
      .optional(),
    /**
     * Regions that get a replica of each secret.
     * @default - replicas are left as they are
     */
    replicaRegions: z.array(region).readonly().optional(),
    /**
     * ARNs of the principals that may read the secrets, besides the one that writes them. All
     * others are denied by a resource policy, whatever IAM allows them. `*` stands for any text in
     * a name.
     * @default - IAM alone decides
     */
    readers: z
      .array(
        z
          .string()
          .regex(principal, 'no ARN of a principal, e.g. "arn:aws:iam::123456789012:role/ci"'),
      )
      .readonly()
      .optional(),
  };
}
