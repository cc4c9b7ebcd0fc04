import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { ConnectError, type ConnectErrorCode, isConnectError, redacted } from "@opconnect/core";
import { patient } from "../../process/patient.ts";
import { unlessAbsent } from "../../process/write-file.ts";

/** What was asked of Secrets Manager. */
export interface StoreCall {
  /** ARN or name of the secret. */
  readonly secretId: string;
  /** Name of the action in IAM, without its prefix, e.g. `"GetSecretValue"`. */
  readonly action: string;
}

/**
 * Runs `work` and turns what AWS throws into a `ConnectError`. The original error is not kept as
 * its cause: it carries the request and the response.
 */
export async function reportStoreErrors<T>(call: StoreCall, work: () => Promise<T>): Promise<T> {
  const { action, secretId } = call;
  const line = `Waiting for AWS: ${action} on ${secretId} has no answer yet …`;
  try {
    return await patient(line, work);
  } catch (error) {
    if (isConnectError(error)) throw error;
    const told = storeError(error, call);
    const absent = isWithoutCredentials(error) ? await missingProfile(profileIn(error)) : undefined;
    throw absent === undefined ? told : noSuchProfile(told.happened, absent);
  }
}

function isWithoutCredentials(error: unknown): error is Error {
  return error instanceof Error && error.name === "CredentialsProviderError";
}

/** The SDK names a profile that it was told of, and not the one of AWS_PROFILE. */
function profileIn({ message }: Error): string | undefined {
  return /using profile: \[(.+?)\]/.exec(message)?.[1];
}

/**
 * The AWS profile that is meant and stands in no file, of which the AWS SDK says nothing but that it
 * has no credentials.
 * @param meant Profile that the store names. @default - AWS_PROFILE
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html
 */
async function missingProfile(
  meant: string | undefined,
): Promise<{ readonly profile: string; readonly paths: readonly string[] } | undefined> {
  const { AWS_PROFILE, AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE } = process.env;
  const profile = meant ?? AWS_PROFILE;
  if (!profile) return undefined;
  const paths = [
    AWS_CONFIG_FILE || join(homedir(), ".aws", "config"),
    AWS_SHARED_CREDENTIALS_FILE || join(homedir(), ".aws", "credentials"),
  ];
  const texts = await Promise.all(paths.map((path) => unlessAbsent(() => readFile(path, "utf8"))));
  const isThere = texts.some((text = "") => profilesOf(text).includes(profile));
  return isThere ? undefined : { profile, paths };
}

function profilesOf(text: string): readonly string[] {
  const headings = text.matchAll(/^\s*\[\s*(?:profile\s+)?(["']?)([^\]]+?)\1\s*\]/gm);
  return [...headings].map(([, , name = ""]) => name);
}

function noSuchProfile(
  happened: string,
  { profile, paths }: { readonly profile: string; readonly paths: readonly string[] },
): ConnectError {
  return new ConnectError(
    "STORE_UNREACHABLE",
    `${happened} There is no AWS profile "${profile}" in ${paths.join(" or ")}.`,
    "Name one that `aws configure list-profiles` shows, by AWS_PROFILE or as the store's profile, or leave it out.",
  );
}

/**
 * Turns a failure of AWS Secrets Manager into a `ConnectError`.
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/CommonErrors.html
 */
function storeError(error: unknown, { secretId, action }: StoreCall): ConnectError {
  const { name, message } = error instanceof Error ? error : { name: "Error", message: `${error}` };
  // What a parser says of an answer quotes it, and the answer may hold the value.
  if (isUnparsable(error)) {
    return senselessAnswer({ secretId, action }, "something else than AWS answers");
  }
  const text = `${name}: ${redacted(message)}`;
  const known = knownFailures.find(({ pattern }) => pattern.test(text));
  const { code, remedy } = known ?? unknownFailure;
  const happened = `AWS Secrets Manager did not carry out ${action} on ${secretId}: ${text}`;
  return new ConnectError(code, ended(happened), remedy({ secretId, action }));
}

function isUnparsable(error: unknown): boolean {
  return (
    error instanceof Error &&
    (error instanceof SyntaxError ||
      /^Unknown/.test(error.name) ||
      /Deserialization error/.test(error.message))
  );
}

/** What answered is not AWS. */
export function senselessAnswer({ secretId, action }: StoreCall, what: string): ConnectError {
  return new ConnectError(
    "STORE_RESPONSE_INVALID",
    `AWS Secrets Manager answered ${action} on ${secretId} with ${what}.`,
    "Check AWS_ENDPOINT_URL and any proxy in between: is it really AWS that answers?",
  );
}

interface KnownFailure {
  readonly code: ConnectErrorCode;
  /** Matches `<name>: <message>` of what the AWS SDK throws. */
  readonly pattern: RegExp;
  readonly remedy: (call: StoreCall) => string;
}

/** The first that matches counts. */
const knownFailures: readonly KnownFailure[] = [
  {
    code: "STORE_ACCESS_DENIED",
    pattern: /sts:AssumeRole|Missing credentials in config.*AssumeRole/,
    remedy: () =>
      "Allow sts:AssumeRole on the store's `roleArn` to the identity that runs this, and name that identity (and the external id, if there is one) in the trust policy of the role.",
  },
  {
    code: "STORE_ACCESS_DENIED",
    pattern: /explicit deny in a resource-based policy/,
    remedy: () =>
      "The secret's resource policy lets only named principals read it: add this identity to the `readers` of the store.",
  },
  {
    code: "STORE_ACCESS_DENIED",
    pattern: /\bKMS\b|^(De|En)cryptionFailure/,
    remedy: () =>
      "Allow kms:Decrypt and kms:GenerateDataKey on the secret's key, in the key's policy or in IAM.",
  },
  {
    code: "STORE_ACCESS_DENIED",
    pattern: /^AccessDenied/,
    remedy: ({ secretId, action }) =>
      `Allow secretsmanager:${action} on ${secretId} to the identity that runs this.`,
  },
  {
    code: "STORE_NOT_FOUND",
    pattern: /^ResourceNotFoundException/,
    remedy: () => "Create the secret first, and check that its account and region are meant.",
  },
  {
    code: "STORE_NOT_FOUND",
    pattern: /^InvalidRequestException: .*((marked|scheduled) for deletion|marked deleted)/,
    remedy: ({ secretId }) =>
      `Bring it back with \`${awsCommand("restore-secret", secretId)}\`, then run again.`,
  },
  {
    code: "STORE_UNREACHABLE",
    pattern:
      /^(CredentialsProviderError|TokenProviderError|ExpiredToken|UnrecognizedClient|InvalidClientTokenId|InvalidSignature|MissingAuthenticationToken)|Could not load credentials|security token .* (invalid|expired)/,
    remedy: () =>
      "Provide AWS credentials that are still valid, e.g. AWS_PROFILE with `aws sso login`; `aws sts get-caller-identity` tells.",
  },
  {
    code: "STORE_RATE_LIMITED",
    pattern: /^(Throttl|TooManyRequests|RequestLimitExceeded)/,
    remedy: () => "Wait a minute, then run again; have fewer stacks updated at a time.",
  },
  {
    code: "STORE_FULL",
    pattern: /^LimitExceededException: .*version/i,
    remedy: () =>
      "Run again tomorrow: Secrets Manager keeps 100 versions of a secret and lets none go on its first day, and each rotation takes three. Nothing was minted.",
  },
  {
    code: "STORE_FULL",
    pattern: /^LimitExceededException/,
    remedy: ({ secretId }) =>
      `Look at \`${awsCommand("describe-secret", secretId)}\`: it may have 50 tags, of which opconnect needs up to 40.`,
  },
  {
    code: "STORE_UNREACHABLE",
    pattern: /region is missing/i,
    remedy: () =>
      "Set AWS_REGION, or `region` in the AWS profile; programs also take `store: { region }`, and commands `--region`.",
  },
  {
    code: "STORE_UNREACHABLE",
    pattern:
      /ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|^Timeout|timed out|self.signed certificate|unable to (get|verify)/i,
    remedy: () => "Check the network, the proxy, and AWS_ENDPOINT_URL if it is set.",
  },
];

const unknownFailure = {
  code: "STORE_FAILED",
  remedy: ({ secretId }: StoreCall) =>
    `Run again; if it stays, \`${awsCommand("describe-secret", secretId)}\` may tell more.`,
} as const;

/**
 * A command of the AWS CLI about a secret, which is to work in a shell of another region, too.
 * @param secretId ARN, or a name.
 */
export function awsCommand(operation: string, secretId: string): string {
  const [, region] = /^arn:[^:]+:secretsmanager:([^:]+):/.exec(secretId) ?? [];
  const where = region === undefined ? "" : ` --region ${region}`;
  return `aws secretsmanager ${operation} --secret-id ${secretId}${where}`;
}

function ended(sentence: string): string {
  return /[.!?]$/.test(sentence) ? sentence : `${sentence}.`;
}

/**
 * `undefined` where a name or an id is in use already, be it by a secret that is scheduled for
 * deletion.
 */
export function unlessTaken<T>(answer: Promise<T>): Promise<T | undefined> {
  return answer.catch((error: unknown) => {
    const text = error instanceof Error ? `${error.name}: ${error.message}` : "";
    if (taken.test(text)) return undefined;
    throw error;
  });
}

const taken =
  /^ResourceExistsException:|^InvalidRequestException: .*(for deletion|marked deleted|was deleted)/s;
