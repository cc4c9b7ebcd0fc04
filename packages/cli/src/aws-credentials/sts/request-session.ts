import { Agent } from "node:https";
import type { AwsSession } from "../session/aws-session.ts";
import type { RoleRequest } from "../session/session-request.ts";
import { stsError } from "./sts-error.ts";

/** Credentials that STS is asked with. Always secret. */
export interface StsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** What to ask STS for: a session of the user or, with a role, of the role. */
export interface StsRequest {
  readonly credentials: StsCredentials;
  readonly region: string;
  readonly role?: RoleRequest;
  readonly durationSeconds?: number;
  readonly oneTimePassword?: { readonly serial: string; readonly code: string };
}

/** Surroundings of a request. */
export interface StsSettings {
  /** Only endpoint and proxy are taken from it. */
  readonly environment: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
}

/** A session, and how far this machine's clock is behind that of AWS, in seconds. */
export interface StsAnswer {
  readonly session: AwsSession;
  readonly clockBehindSeconds: number;
}

/**
 * Asks STS for a session. Of the caller's `AWS_…` variables and files none counts but the address
 * of STS.
 * @throws `AWS_STS_DENIED`, `AWS_STS_THROTTLED`, `AWS_STS_UNREACHABLE` or `AWS_OTP_REFUSED`.
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html
 */
export async function requestSession(
  request: StsRequest,
  settings: StsSettings,
): Promise<StsAnswer> {
  const { role, durationSeconds, oneTimePassword } = request;
  const options = {
    ...(durationSeconds === undefined ? {} : { DurationSeconds: durationSeconds }),
    ...(oneTimePassword === undefined
      ? {}
      : { SerialNumber: oneTimePassword.serial, TokenCode: oneTimePassword.code }),
  };
  const { AssumeRoleCommand, GetSessionTokenCommand } = await import("@aws-sdk/client-sts");
  return await ask(request, settings, async (client, abort) => {
    const { Credentials } =
      role === undefined
        ? await client.send(new GetSessionTokenCommand(options), abort)
        : await client.send(
            new AssumeRoleCommand({
              RoleArn: role.arn,
              RoleSessionName: role.sessionName,
              ...(role.externalId === undefined ? {} : { ExternalId: role.externalId }),
              ...options,
            }),
            abort,
          );
    const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = Credentials ?? {};
    if (!AccessKeyId || !SecretAccessKey || !SessionToken || !Expiration) {
      throw new Error("STS answered without credentials.");
    }
    return {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      sessionToken: SessionToken,
      expiration: Expiration,
    };
  });
}

/** The ARN of whoever the credentials are of. */
export async function callerArn(
  request: Pick<StsRequest, "credentials" | "region">,
  settings: StsSettings,
): Promise<string> {
  const { GetCallerIdentityCommand } = await import("@aws-sdk/client-sts");
  const { session } = await ask(request, settings, async (client, abort) => {
    const { Arn } = await client.send(new GetCallerIdentityCommand({}), abort);
    return Arn ?? "unknown";
  });
  return session;
}

type StsClient = InstanceType<typeof import("@aws-sdk/client-sts").STSClient>;

async function ask<T>(
  { credentials, region }: Pick<StsRequest, "credentials" | "region">,
  { environment, signal }: StsSettings,
  send: (client: StsClient, abort: { abortSignal: AbortSignal }) => Promise<T>,
): Promise<{ session: T; clockBehindSeconds: number }> {
  const { STSClient } = await import("@aws-sdk/client-sts");
  const clock = { behindSeconds: 0 };
  const endpoint = stsEndpoint(region, environment);
  // What is not set here would be looked up in the environment and in ~/.aws/config.
  const client = new STSClient({
    region,
    credentials,
    endpoint,
    maxAttempts: 4,
    retryMode: "standard",
    defaultsMode: "standard",
    useFipsEndpoint: false,
    useDualstackEndpoint: false,
    userAgentAppId: async () => "opconnect",
    authSchemePreference: async () => ["sigv4"],
    requestHandler: {
      connectionTimeout: 5_000,
      requestTimeout: 20_000,
      // As curl and the AWS CLI do; the SDK by itself takes no proxy from the environment.
      httpsAgent: new Agent({ proxyEnv: environment }),
    },
  });
  client.middlewareStack.add(
    (next) => async (args) => {
      try {
        const result = await next(args);
        noteClock(clock, result.response);
        return result;
      } catch (error) {
        noteClock(clock, error instanceof Error && "$response" in error ? error.$response : error);
        throw error;
      }
    },
    { step: "deserialize", priority: "high" },
  );
  try {
    const session = await send(client, { abortSignal: signal });
    return { session, clockBehindSeconds: clock.behindSeconds };
  } catch (error) {
    signal.throwIfAborted();
    throw stsError(error, {
      endpoint,
      clockBehindSeconds: clock.behindSeconds,
      secrets: [credentials.secretAccessKey, credentials.sessionToken ?? ""],
    });
  } finally {
    client.destroy();
  }
}

/** Regional, as tokens of the old global endpoint are refused by newer regions. */
function stsEndpoint(region: string, environment: NodeJS.ProcessEnv): string {
  const given = environment.AWS_ENDPOINT_URL_STS || environment.AWS_ENDPOINT_URL;
  const domain = region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
  return given || `https://sts.${region}.${domain}`;
}

function noteClock(clock: { behindSeconds: number }, response: unknown): void {
  if (typeof response !== "object" || response === null || !("headers" in response)) return;
  const { headers } = response;
  if (typeof headers !== "object" || headers === null || !("date" in headers)) return;
  const serverTime = Date.parse(String(headers.date));
  if (!Number.isNaN(serverTime))
    clock.behindSeconds = Math.round((serverTime - Date.now()) / 1_000);
}
