import { isRecord, parseJson } from "@opconnect/core/json";

/** Credentials of AWS that end by themselves. Always secret. */
export interface AwsSession {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiration: Date;
}

/** Whether a session lasts for that many seconds more. */
export function lastsFor(session: AwsSession, seconds: number, now: Date): boolean {
  return session.expiration.getTime() - now.getTime() > seconds * 1_000;
}

/**
 * The JSON that a `credential_process` prints.
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html
 */
export function renderCredentials(session: AwsSession): string {
  return JSON.stringify(credentials(session, `${seconds(session.expiration)}Z`));
}

/**
 * A session as the item's field keeps it, in base64 on one line: the answer of STS, which the
 * home-made script reads as `.Credentials`, and beside it the printed JSON, which others read. The
 * time is written as the AWS CLI does, since that is what such scripts were tried with.
 */
export function encodeStoredSession(session: AwsSession): string {
  const printed = credentials(session, `${seconds(session.expiration)}+00:00`);
  const { Version: _, ...Credentials } = printed;
  return Buffer.from(JSON.stringify({ ...printed, Credentials })).toString("base64");
}

/**
 * Reads what {@link encodeStoredSession} or a script wrote: the printed JSON or the answer of STS,
 * in base64, wrapped or not, or in clear.
 * @returns Nothing if it is empty or anything else.
 */
export function parseStoredSession(text: string | undefined): AwsSession | undefined {
  if (!text) return undefined;
  const decoded = Buffer.from(text, "base64").toString("utf8");
  return parseSession(decoded) ?? parseSession(text);
}

/**
 * Reads a time in ISO 8601: `Z`, an offset or none at all (which is UTC), with or without fractions.
 * @returns Nothing if it is not one.
 */
export function parseExpiration(text: string): Date | undefined {
  const match =
    /^(?<time>\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d)(?:[.,]\d+)? ?(?<zone>Z|UTC|[+-]\d\d:?\d\d)?$/i.exec(
      text.trim(),
    )?.groups;
  if (match?.time === undefined) return undefined;
  const zone = match.zone ?? "Z";
  const offset = /^[+-]/.test(zone) ? zone.replace(/^(...):?(..)$/, "$1:$2") : "Z";
  const date = new Date(`${match.time.replace(" ", "T")}${offset}`);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

function credentials(session: AwsSession, expiration: string) {
  return {
    Version: 1,
    AccessKeyId: session.accessKeyId,
    SecretAccessKey: session.secretAccessKey,
    SessionToken: session.sessionToken,
    Expiration: expiration,
  };
}

function seconds(date: Date): string {
  return date.toISOString().slice(0, 19);
}

/**
 * A session of its parts as AWS calls them.
 * @returns Nothing if one is missing.
 */
export function sessionOf(
  { AccessKeyId, SecretAccessKey, SessionToken }: Readonly<Record<string, unknown>>,
  expiration: Date | undefined,
): AwsSession | undefined {
  if (!isText(AccessKeyId) || !isText(SecretAccessKey) || !isText(SessionToken) || !expiration) {
    return undefined;
  }
  return {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    sessionToken: SessionToken,
    expiration,
  };
}

function parseSession(json: string): AwsSession | undefined {
  const outer = parseJson(json);
  const inner = isRecord(outer) && isRecord(outer.Credentials) ? outer.Credentials : outer;
  if (!isRecord(inner) || !isText(inner.Expiration)) return undefined;
  return sessionOf(inner, parseExpiration(inner.Expiration));
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}
