import type { StoreConfig } from "@opconnect/provision";
import type * as pulumi from "@pulumi/pulumi";

/** Which credential store keeps an environment's credentials, and how. */
export type StoreArgs = SecretsManagerArgs | AgeFileArgs;

/** AWS Secrets Manager as credential store. */
export interface SecretsManagerArgs {
  /** @default "secrets-manager" */
  readonly kind?: "secrets-manager";
  /**
   * Region of the secrets, e.g. `"eu-central-1"`.
   * @default - that of the ambient AWS configuration
   */
  readonly region?: pulumi.Input<string>;
  /**
   * Profile of the AWS configuration files.
   * @default - the ambient AWS credentials
   */
  readonly profile?: pulumi.Input<string>;
  /**
   * ARN of a role to assume, e.g. one of the account that keeps the secrets.
   * @default - none
   */
  readonly roleArn?: pulumi.Input<string>;
  /**
   * External id that the role asks for.
   * @default - none
   */
  readonly externalId?: pulumi.Input<string>;
  /**
   * KMS key that encrypts the secrets: id, alias or ARN.
   * @default - the AWS managed key `aws/secretsmanager`
   */
  readonly kmsKeyId?: pulumi.Input<string>;
  /**
   * Days for which a deleted secret can be restored: 7 to 30, or 0 to delete at once.
   * @default 30
   */
  readonly recoveryWindowInDays?: pulumi.Input<number>;
  /**
   * Regions that get a replica of each secret.
   * @default - none
   */
  readonly replicaRegions?: pulumi.Input<readonly string[]>;
  /**
   * ARNs of the principals that may read the secrets, besides the one that deploys. All others are
   * denied by a resource policy, whatever IAM allows them.
   * @default - IAM alone decides
   */
  readonly readers?: pulumi.Input<readonly string[]>;
  /** Tags put on each secret besides our own. */
  readonly tags?: Readonly<Record<string, pulumi.Input<string>>>;
}

/** A folder of age-encrypted files, e.g. in Git, as credential store. */
export interface AgeFileArgs {
  readonly kind: "age-file";
  /** Folder of the files, absolute or relative to the folder of `Pulumi.yaml`'s program. */
  readonly folder: pulumi.Input<string>;
  /** Public keys of all who can read the credentials, e.g. `"age1…"`. */
  readonly recipients: pulumi.Input<readonly string[]>;
  /**
   * File of the age identity that reads the credentials.
   * @default - the file that the environment variable `OPCONNECT_AGE_IDENTITY_FILE` names
   */
  readonly identityFile?: pulumi.Input<string>;
  /** Tags kept beside each file besides our own. */
  readonly tags?: Readonly<Record<string, pulumi.Input<string>>>;
}

/** The store as inputs of a resource. The settings of its secrets go only where they are made. */
export function storeSettings(store: StoreArgs = {}): pulumi.Inputs {
  const { tags: _, ...settings } = store;
  return { ...defined(settings), kind: store.kind ?? "secrets-manager" };
}

/**
 * The store as inputs of a resource that keeps a value in it. Without the settings of the secrets,
 * whose change is none of the value's.
 */
export function storeAccess(store: StoreArgs = {}): pulumi.Inputs {
  const settings = storeSettings(store);
  return Object.fromEntries(
    Object.entries(settings).filter(([key]) => !settingsOfSecrets.has(key)),
  );
}

const settingsOfSecrets: ReadonlySet<string> = new Set<keyof SecretsManagerConfig>([
  "kmsKeyId",
  "recoveryWindowInDays",
  "replicaRegions",
  "readers",
]);

type SecretsManagerConfig = Extract<StoreConfig, { kind: "secrets-manager" }>;

function defined(settings: object): pulumi.Inputs {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}
