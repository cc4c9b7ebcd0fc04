import { Agent } from "node:https";
import type { AwsSession } from "../session/credentials.ts";
import type { StsEndpoint } from "../session/sts-endpoint.ts";
import { inside, stsError } from "./error.ts";

export interface StsCaller {
  /** Always secret. */
  readonly credentials: Omit<AwsSession, "sessionToken" | "expiration"> &
    Partial<Pick<AwsSession, "sessionToken">>;
  readonly region: string;
  readonly endpoint: StsEndpoint;
}

export interface StsSettings {
  /** Only the proxy is taken from it. */
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
}

/** What STS says, and how far this machine's clock is behind that of AWS, in seconds. */
export interface StsAnswer<T> {
  readonly answer: T;
  readonly clockBehindSeconds: number;
}

type StsClient = InstanceType<typeof import("@aws-sdk/client-sts").STSClient>;

/**
 * Asks STS something, and the time: of the process's `AWS_…` variables and files none counts.
 * @throws `AWS_STS_…` or `AWS_OTP_REFUSED`.
 */
export async function askSts<T>(
  { credentials, region, endpoint: { url: endpoint } }: StsCaller,
  { env, signal }: StsSettings,
  send: (client: StsClient, abort: { abortSignal: AbortSignal }) => Promise<T>,
): Promise<StsAnswer<T>> {
  const { STSClient } = await import("@aws-sdk/client-sts");
  let clockBehindSeconds = 0;
  // What is not set here would be looked up in the process environment and in ~/.aws/config.
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
      // As curl and the AWS CLI do; the SDK by itself takes no proxy from there.
      httpsAgent: new Agent({ proxyEnv: env }),
    },
  });
  // Below the deserializer, which throws what is no success.
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const time = Date.parse(String(inside(result.response, "headers", "date")));
      if (!Number.isNaN(time)) clockBehindSeconds = Math.round((time - Date.now()) / 1_000);
      return result;
    },
    { step: "deserialize", priority: "low" },
  );
  try {
    const answer = await send(client, { abortSignal: signal });
    return { answer, clockBehindSeconds };
  } catch (error) {
    signal.throwIfAborted();
    const secrets = [credentials.secretAccessKey, credentials.sessionToken ?? ""];
    throw stsError(error, endpoint, clockBehindSeconds, secrets);
  } finally {
    client.destroy();
  }
}
