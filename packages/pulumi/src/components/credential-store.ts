import { ConnectError } from "@opconnect/core/connect-error";
import * as pulumi from "@pulumi/pulumi";
import * as z from "zod/mini";
import { checkArgs } from "../input/check-args.ts";
import { purpose } from "../input/names.ts";
import { reportAgainst } from "../input/report-against.ts";
import { fields, list } from "../input/schema.ts";
import { CredentialSecret } from "../resources/credential-secret.ts";
import { type StoreOption, storeSchema } from "../resources/store-args.ts";
import { childOptions } from "./child-options.ts";
import { type ConventionArgs, conventionFields, namesOf } from "./convention-args.ts";

/** Arguments of {@link CredentialStore}. */
export interface CredentialStoreArgs extends ConventionArgs, StoreOption {
  /**
   * Consumers that get a Connect token, each with a secret of its own. Plain: they are parts of names.
   * @default ["operator"]
   */
  readonly consumers?: readonly string[];
}

/**
 * Where an environment's credentials file and Connect tokens are kept. Makes one
 * {@link CredentialSecret} for the credentials file and one per consumer, without values: those are
 * written by {@link ConnectServer} and {@link ConnectToken} themselves.
 * @throws `CONVENTION_…` if a name is not possible.
 */
export class CredentialStore extends pulumi.ComponentResource {
  /** Id of the secret for the credentials file: in Secrets Manager its ARN. */
  readonly credentialsSecretId: pulumi.Output<string>;
  /** Ids of the secrets for Connect tokens, by consumer. */
  readonly tokenSecretIds: Readonly<Record<string, pulumi.Output<string>>>;

  constructor(
    name: string,
    given: CredentialStoreArgs,
    opts: pulumi.ComponentResourceOptions = {},
  ) {
    super("opconnect:index:CredentialStore", name, {}, opts);
    const args = checkArgs(credentialStoreSchema, given, this);
    const { client, environment, consumers = ["operator"], store } = args;
    const names = reportAgainst(this, () => {
      const names = namesOf(args);
      names.assertDistinct("tokenSecret", consumers);
      names.assertDistinct("resource", ["credentials", ...consumers]);
      return names;
    });
    const tags = { client, environment, "managed-by": "opconnect" };
    const secret = (purpose: string, secretName: string, description: string) =>
      new CredentialSecret(
        names.resource(purpose),
        { store, name: secretName, description, tags },
        childOptions(this, opts),
      ).secretId;
    this.credentialsSecretId = secret(
      "credentials",
      names.credentialsSecret,
      `Credentials file of the 1Password Connect server of ${client}/${environment}`,
    );
    this.tokenSecretIds = Object.fromEntries(
      consumers.map((consumer) => {
        const description = `1Password Connect token of ${client}/${environment} for ${consumer}`;
        return [consumer, secret(consumer, names.tokenSecret(consumer), description)];
      }),
    );
    const { credentialsSecretId, tokenSecretIds } = this;
    this.registerOutputs({ credentialsSecretId, tokenSecretIds });
  }

  /**
   * Id of the secret for a consumer's Connect token.
   * @throws `ARGUMENT_INVALID` if the store was made without that consumer.
   */
  tokenSecretId(consumer: string): pulumi.Output<string> {
    const id = this.tokenSecretIds[consumer];
    if (id !== undefined) return id;
    throw new ConnectError(
      "ARGUMENT_INVALID",
      `The credential store has no secret for the consumer "${consumer}".`,
      "Name it in `consumers`.",
    );
  }
}

export const credentialStoreSchema = fields<CredentialStoreArgs>(() => ({
  ...conventionFields(),
  store: z.optional(storeSchema),
  consumers: z.optional(list(purpose, "a list of consumers")),
}));
