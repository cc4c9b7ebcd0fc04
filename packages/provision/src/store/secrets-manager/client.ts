import { defined } from "@opconnect/core";
import type { z } from "zod";
import type { SecretsManager } from "../aws-sdk.ts";
import { callerIdentity } from "./answers.ts";
import type { SecretsManagerConfig } from "./config.ts";
import { reportStoreErrors, type StoreCall, senselessAnswer } from "./errors.ts";

/** How Secrets Manager is reached. */
export interface ClientSettings
  extends Pick<SecretsManagerConfig, "region" | "profile" | "roleArn" | "externalId"> {
  /** Time limit of one request, in milliseconds. */
  readonly timeoutMs: number;
}

/** Loads the SDK, which takes a while, and makes a client of one region. */
export async function loadClient(settings: ClientSettings): Promise<SecretsManager> {
  const sdk = await import("../aws-sdk.ts");
  return new sdk.SecretsManager(await clientConfig(settings));
}

/**
 * Sends a command and reads what we need from the answer.
 * @throws `STORE_RESPONSE_INVALID` naming the fields that make no sense, never their values, and
 * what `reportStoreErrors` throws.
 */
export async function ask<T>(
  call: StoreCall,
  schema: z.ZodType<T>,
  send: () => Promise<unknown>,
): Promise<T> {
  const { success, data, error } = schema.safeParse(await reportStoreErrors(call, send));
  if (success) return data;
  const fields = new Set(error.issues.map(({ path }) => path.join(".") || "all of it"));
  throw senselessAnswer(call, `something that makes no sense (${[...fields].join(", ")})`);
}

/**
 * Asks for one page after the other, to the last.
 * @throws `STORE_RESPONSE_INVALID` where the answers lead in a circle.
 */
export async function listPages<P extends { readonly NextToken?: string | null | undefined }>(
  call: StoreCall,
  askPage: (next: { readonly NextToken?: string }) => Promise<P>,
): Promise<readonly P[]> {
  const pages = [await askPage({})];
  for (let token = pages[0]?.NextToken; token; token = pages.at(-1)?.NextToken) {
    const isKnown = pages.slice(0, -1).some(({ NextToken }) => NextToken === token);
    if (isKnown) throw senselessAnswer(call, "a page that it has answered with before");
    pages.push(await askPage({ NextToken: token }));
  }
  return pages;
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
  const sdk = await import("../aws-sdk.ts");
  const client = new sdk.STS(await clientConfig(settings));
  const call = { secretId: "the caller's identity", action: "GetCallerIdentity" };
  return (await ask(call, callerIdentity, () => client.getCallerIdentity({}))).Arn;
}

async function clientConfig(settings: ClientSettings) {
  const { region, profile, timeoutMs } = settings;
  return {
    requestHandler: {
      connectionTimeout: 5_000,
      requestTimeout: timeoutMs,
      throwOnRequestTimeout: true,
    },
    ...defined({ region, profile, credentials: await credentialsOf(settings) }),
  };
}

/** The ambient credentials, unless a profile or a role is named. */
async function credentialsOf({ profile, roleArn, externalId, region }: ClientSettings) {
  if (profile === undefined && roleArn === undefined) return undefined;
  const providers = await import("../aws-sdk.ts");
  const own = profile === undefined ? undefined : providers.fromIni({ profile });
  if (roleArn === undefined) return own;
  return providers.fromTemporaryCredentials({
    params: {
      RoleArn: roleArn,
      RoleSessionName: "opconnect",
      ...defined({ ExternalId: externalId }),
    },
    ...defined({ masterCredentials: own }),
    clientConfig: defined({ region }),
  });
}
