import * as z from "zod/mini";
import type { ConfigOf } from "../contract/store-kind.ts";

/** AWS Secrets Manager as credential store. */
export type SecretsManagerConfig = ConfigOf<
  "secrets-manager",
  ReturnType<typeof secretsManagerFields>
>;

/** What may be said of a store in AWS Secrets Manager. */
export function secretsManagerFields() {
  const like = (pattern: RegExp, allowed: string) =>
    z.string(allowed).check(z.regex(pattern, allowed));
  const text = like(/\S/, "a text that is not empty");
  const region = like(/^[a-z]{2}(-[a-z]+)+-\d$/, 'an AWS region, e.g. "eu-central-1"');
  const days = "0 or a whole number from 7 to 30";
  return {
    /**
     * Region of secrets that are named without one, e.g. `"eu-central-1"`.
     * @default - the region in the secret's ARN, else that of the ambient AWS configuration
     */
    region: z.optional(region),
    /**
     * Profile of the AWS configuration files.
     * @default - the ambient AWS credentials
     */
    profile: z.optional(text),
    /**
     * ARN of a role to assume, e.g. in the account that keeps the secrets.
     * @default - none
     */
    roleArn: z.optional(
      like(
        /^arn:[\w-]+:iam::\d{12}:role\/\S+$/,
        'the ARN of a role, e.g. "arn:aws:iam::123456789012:role/opconnect"',
      ),
    ),
    /**
     * External id that the role asks for.
     * @default - none
     */
    externalId: z.optional(text),
    /**
     * KMS key that encrypts the secrets: id, alias or ARN.
     * @default - `aws/secretsmanager` for a new secret; one that exists keeps its key
     */
    kmsKeyId: z.optional(text),
    /**
     * Days for which a deleted secret can be restored: 7 to 30, or 0 to delete at once.
     * @default 30
     */
    recoveryWindowInDays: z.optional(
      z
        .number(days)
        .check(
          z.refine(
            (count) => count === 0 || (Number.isInteger(count) && count >= 7 && count <= 30),
            days,
          ),
        ),
    ),
    /**
     * Regions that get a replica of each secret.
     * @default - replicas are left as they are
     */
    replicaRegions: z.optional(z.readonly(z.array(region, "a list of AWS regions"))),
    /**
     * ARNs of the principals that may read the secrets, besides the one that writes them. All
     * others are denied by a resource policy, whatever IAM allows them. `*` stands for any text in
     * a name.
     * @default - IAM alone decides
     */
    readers: z.optional(
      z.readonly(
        z.array(
          like(
            /^arn:[\w-]+:(iam|sts)::(\d{12}|\*):\S+$/,
            'the ARN of a principal, e.g. "arn:aws:iam::123456789012:role/ci"',
          ),
          "a list of ARNs",
        ),
      ),
    ),
  };
}
