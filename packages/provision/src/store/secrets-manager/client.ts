import type * as aws from "@aws-sdk/client-secrets-manager";
import type { z } from "zod";
import { parseAnswer } from "./answers.ts";
import type { SecretsManagerConfig } from "./config.ts";
import { reportStoreErrors, type StoreCall } from "./errors.ts";

/** The SDK, loaded, and a client of one region. */
export interface RegionalClient {
  readonly sdk: typeof aws;
  readonly client: aws.SecretsManagerClient;
}

/** How Secrets Manager is reached. */
export interface ClientSettings
  extends Pick<SecretsManagerConfig, "region" | "profile" | "roleArn" | "externalId"> {
  /** Time limit of one request, in milliseconds. */
  readonly timeoutMs: number;
}

/** Loads the SDK, which takes a while, and makes a client of one region. */
export async function loadClient(settings: ClientSettings): Promise<RegionalClient> {
  const sdk = await import("@aws-sdk/client-secrets-manager");
  return { sdk, client: new sdk.SecretsManagerClient(await clientConfig(settings)) };
}

/**
 * Sends a command and checks that the answer is one.
 * @throws `STORE_RESPONSE_INVALID` if it is none, and what `reportStoreErrors` throws.
 */
export async function ask<T>(
  call: StoreCall,
  schema: z.ZodType<T>,
  send: () => Promise<unknown>,
): Promise<T> {
  return parseAnswer(schema, await reportStoreErrors(call, send), call);
}

/** The region named in an ARN: `arn:aws:secretsmanager:<region>:<account>:secret:<name>`. */
export function regionOf(secretId: string): string | undefined {
  return /^arn:[^:]+:secretsmanager:(?<region>[^:]+):/.exec(secretId)?.groups?.region;
}

/**
 * ARN of the identity that uses the store: the role that it assumes, else who AWS says it is.
 * @throws `STORE_UNREACHABLE` or `STORE_RESPONSE_INVALID` if AWS does not say.
 */
export async function callerArn(settings: ClientSettings): Promise<string> {
  if (settings.roleArn !== undefined) return settings.roleArn;
  const sdk = await import("@aws-sdk/client-sts");
  const client = new sdk.STSClient(await clientConfig(settings));
  const { callerIdentity } = await import("./answers.ts");
  const call = { secretId: "the caller's identity", action: "GetCallerIdentity" };
  const { Arn } = await ask(call, callerIdentity, () =>
    client.send(new sdk.GetCallerIdentityCommand({})),
  );
  return Arn;
}

async function clientConfig(settings: ClientSettings) {
  const { region, profile, timeoutMs } = settings;
  const credentials = await credentialsOf(settings);
  return {
    requestHandler: {
      connectionTimeout: 5_000,
      requestTimeout: timeoutMs,
      throwOnRequestTimeout: true,
    },
    ...(region === undefined ? {} : { region }),
    ...(profile === undefined ? {} : { profile }),
    ...(credentials === undefined ? {} : { credentials }),
  };
}

/** The ambient credentials, unless a profile or a role is named. */
async function credentialsOf({ profile, roleArn, externalId, region }: ClientSettings) {
  if (profile === undefined && roleArn === undefined) return undefined;
  const providers = await import("@aws-sdk/credential-providers");
  const own = profile === undefined ? undefined : providers.fromIni({ profile });
  if (roleArn === undefined) return own;
  return providers.fromTemporaryCredentials({
    params: {
      RoleArn: roleArn,
      RoleSessionName: "opconnect",
      ...(externalId === undefined ? {} : { ExternalId: externalId }),
    },
    ...(own === undefined ? {} : { masterCredentials: own }),
    ...(region === undefined ? {} : { clientConfig: { region } }),
  });
}
