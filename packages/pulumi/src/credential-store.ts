import type { ConventionTemplates } from "@opconnect/core";
import { ConnectError } from "@opconnect/core/connect-error";
import { createConvention } from "@opconnect/core/convention";
import { storeTagKeys } from "@opconnect/provision/store-tags";
import { Secret } from "@pulumi/aws/secretsmanager/secret.js";
import * as pulumi from "@pulumi/pulumi";
import { childOptions } from "./child-options.ts";
import { reportAgainst } from "./report-against.ts";

/** How the secrets are kept. */
export interface StoreArgs {
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
  /** Tags put on each secret besides our own. */
  readonly tags?: Readonly<Record<string, pulumi.Input<string>>>;
}

/** Arguments of {@link CredentialStore}. */
export interface CredentialStoreArgs extends StoreArgs {
  /** Client, e.g. `"acme"`. */
  readonly client: string;
  /** Environment, e.g. `"prod"`. */
  readonly environment: string;
  /**
   * Consumers that get a Connect token, each with a secret of its own.
   * @default ["operator"]
   */
  readonly consumers?: readonly string[];
  /** Templates that override the names, see `createConvention`. */
  readonly convention?: Partial<ConventionTemplates>;
}

/**
 * Where an environment's credentials file and Connect tokens are kept: AWS Secrets Manager. Makes
 * one `aws.secretsmanager.Secret` for the credentials file and one per consumer, without values:
 * those are written by {@link ConnectServer} and {@link ConnectToken} themselves.
 * @throws `CONVENTION_…` if a name is not possible.
 */
export class CredentialStore extends pulumi.ComponentResource {
  /** ARN of the secret for the credentials file. */
  readonly credentialsSecretArn: pulumi.Output<string>;
  /** ARNs of the secrets for Connect tokens, by consumer. */
  readonly tokenSecretArns: Readonly<Record<string, pulumi.Output<string>>>;

  constructor(name: string, args: CredentialStoreArgs, opts: pulumi.ComponentResourceOptions = {}) {
    super("opconnect:index:CredentialStore", name, {}, opts);
    const { client, environment, consumers = ["operator"] } = args;
    const names = reportAgainst(this, () =>
      createConvention(args.convention).names({ client, environment }),
    );
    const secret = (purpose: string, secretName: string, description: string) =>
      new Secret(
        names.resource(purpose),
        {
          name: secretName,
          description,
          tags: { client, environment, "managed-by": "opconnect", ...args.tags },
          ...(args.kmsKeyId === undefined ? {} : { kmsKeyId: args.kmsKeyId }),
          recoveryWindowInDays: args.recoveryWindowInDays ?? 30,
        },
        { ...childOptions(this, opts), ignoreChanges: tagsWrittenWithTheValue },
      );
    this.credentialsSecretArn = secret(
      "credentials",
      names.credentialsSecret,
      `Credentials file of the 1Password Connect server of ${client}/${environment}`,
    ).arn;
    this.tokenSecretArns = Object.fromEntries(
      consumers.map((consumer) => {
        const description = `1Password Connect token of ${client}/${environment} for ${consumer}`;
        return [consumer, secret(consumer, names.tokenSecret(consumer), description).arn];
      }),
    );
    this.registerOutputs({
      credentialsSecretArn: this.credentialsSecretArn,
      tokenSecretArns: this.tokenSecretArns,
    });
  }

  /**
   * ARN of the secret for a consumer's Connect token.
   * @throws `ARGUMENT_INVALID` if the store was made without that consumer.
   */
  tokenSecretArn(consumer: string): pulumi.Output<string> {
    const arn = this.tokenSecretArns[consumer];
    if (arn !== undefined) return arn;
    throw new ConnectError(
      "ARGUMENT_INVALID",
      `The credential store has no secret for the consumer "${consumer}".`,
      "Name it in `consumers`.",
    );
  }
}

/** The tags that describe a value change with it, outside of the Secret's own life cycle. */
const tagsWrittenWithTheValue = storeTagKeys.map((key) => `tags["${key}"]`);
