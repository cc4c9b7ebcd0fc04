import { ConnectError } from "@opconnect/core/connect-error";
import { z } from "zod";

/** Which credential store an environment uses: plain data, kept in Pulumi inputs. */
export type StoreConfig = SecretsManagerConfig | AgeFileConfig;

/** AWS Secrets Manager as credential store. */
export interface SecretsManagerConfig {
  readonly kind: "secrets-manager";
  /**
   * Region of secrets that are named without one, e.g. `"eu-central-1"`.
   * @default - the region in the secret's ARN, else that of the ambient AWS configuration
   */
  readonly region?: string | undefined;
  /**
   * Profile of the AWS configuration files.
   * @default - the ambient AWS credentials
   */
  readonly profile?: string | undefined;
  /**
   * ARN of a role to assume, e.g. in the account that keeps the secrets.
   * @default - none
   */
  readonly roleArn?: string | undefined;
  /**
   * External id that the role asks for.
   * @default - none
   */
  readonly externalId?: string | undefined;
  /**
   * KMS key that encrypts the secrets: id, alias or ARN.
   * @default - `aws/secretsmanager` for a new secret; one that exists keeps its key
   */
  readonly kmsKeyId?: string | undefined;
  /**
   * Days for which a deleted secret can be restored: 7 to 30, or 0 to delete at once.
   * @default 30
   */
  readonly recoveryWindowInDays?: number | undefined;
  /**
   * Regions that get a replica of each secret.
   * @default - replicas are left as they are
   */
  readonly replicaRegions?: readonly string[] | undefined;
  /**
   * ARNs of the principals that may read the secrets, besides the one that writes them. All others
   * are denied by a resource policy, whatever IAM allows them. `*` stands for any text in a name.
   * @default - IAM alone decides
   */
  readonly readers?: readonly string[] | undefined;
}

/** A folder of age-encrypted files as credential store. */
export interface AgeFileConfig {
  readonly kind: "age-file";
  /** Folder of the files, relative to the working directory or absolute. */
  readonly folder: string;
  /** Public keys of all who can read the secrets, e.g. `"age1…"`. */
  readonly recipients: readonly string[];
  /**
   * File of the age identity that reads the secrets.
   * @default - the file that the environment variable `OPCONNECT_AGE_IDENTITY_FILE` names
   */
  readonly identityFile?: string | undefined;
}

const region = z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'no AWS region, e.g. "eu-central-1"');
const principal = z
  .string()
  .regex(
    /^arn:[\w-]+:(iam|sts)::(\d{12}|\*):\S+$/,
    'no ARN of a principal, e.g. "arn:aws:iam::123456789012:role/ci"',
  );
const text = z.string().min(1, "empty");

const secretsManager = z.strictObject({
  kind: z.literal("secrets-manager"),
  region: region.optional(),
  profile: text.optional(),
  roleArn: z
    .string()
    .regex(
      /^arn:[\w-]+:iam::\d{12}:role\/\S+$/,
      'no ARN of a role, e.g. "arn:aws:iam::123456789012:role/opconnect"',
    )
    .optional(),
  externalId: text.optional(),
  kmsKeyId: text.optional(),
  recoveryWindowInDays: z
    .number()
    .refine((days) => days === 0 || (Number.isInteger(days) && days >= 7 && days <= 30), {
      error: "neither 0 nor a whole number from 7 to 30",
    })
    .optional(),
  replicaRegions: z.array(region).optional(),
  readers: z.array(principal).optional(),
});

const ageFile = z.strictObject({
  kind: z.literal("age-file"),
  folder: text,
  recipients: z
    .array(z.string().regex(/^age1[a-z0-9]{20,}$/, 'no age recipient, e.g. "age1…"'))
    .min(1, "empty: nobody could read the secrets"),
  identityFile: text.optional(),
});

/** Which credential store an environment uses, as text and numbers from outside. */
export const storeConfigSchema = z.discriminatedUnion("kind", [secretsManager, ageFile]);

/**
 * Checks which credential store an environment uses.
 * @throws `ARGUMENT_INVALID` naming every field that is wrong.
 */
export function parseStoreConfig(config: unknown): StoreConfig {
  const { success, data, error } = storeConfigSchema.safeParse(config);
  if (success) return data;
  const wrong = error.issues.map((issue) => `${fieldOf(issue)}: ${issue.message}`);
  throw new ConnectError(
    "ARGUMENT_INVALID",
    `The credential store is not described as it must be: ${wrong.join("; ")}.`,
    "Correct the fields of `store`.",
  );
}

function fieldOf({ path }: z.core.$ZodIssue): string {
  return ["store", ...path.map(String)].join(".");
}
