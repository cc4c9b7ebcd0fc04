import { ConnectError } from "@opconnect/core/connect-error";
import { stsEndpoint } from "./sts-endpoint.ts";

/** Which session is wanted, of which item, and where it is kept. */
export type SessionRequest = Readonly<ReturnType<typeof parseSessionRequest>>;

/** Values of options by their names, as both parsers give them. */
export type OptionValues = Readonly<Record<string, string | boolean | undefined>>;

/**
 * Reads the options into a request.
 * @param env Only the address of STS is taken from it.
 * @throws `ARGUMENT_INVALID` if one is missing, malformed or does not go with another.
 */
export function parseSessionRequest(values: OptionValues, env: NodeJS.ProcessEnv) {
  const text = (name: string): string | undefined => {
    const value = values[name];
    if (typeof value !== "string") return undefined;
    return matching(name, value, /\S/, "a text, or leave it out");
  };
  const role = parseRole(text);
  const region = parseRegion(text("region") ?? "us-east-1");
  const durationSeconds = parseDuration(text("duration"), role);
  return {
    /** Name or id. */
    item: parseItem(text("item")),
    vault: text("vault"),
    account: text("account"),
    region,
    endpoint: stsEndpoint(region, env),
    durationSeconds,
    role,
    mfa: parseMfa(values, role),
    cache: parseCache(text("cache") ?? "item"),
    marginSeconds: parseMargin(text("margin") ?? "30s", role, durationSeconds),
    timeoutSeconds: parseSeconds("timeout", text("timeout") ?? "2m", [1, 86_400]),
    /** Write the item even if it may hold what `op` cannot write back. */
    rewriteItem: values["rewrite-item"] === true,
    /** Labels, or ids, of the item's fields. */
    fields: {
      accessKeyId: text("access-key-id-field") ?? "Access Key ID",
      secretAccessKey: text("secret-access-key-field") ?? "Secret Access Key",
      mfaSerial: text("mfa-serial-field") ?? "mfa serial",
      /** Without one, the item's only one-time password is taken. */
      oneTimePassword: text("one-time-password-field"),
      sessionCache: text("session-cache-field") ?? "session_cache",
    },
  };
}

/** `op` would take a name with a hyphen in front for one of its flags. */
function parseItem(text: string | undefined): string {
  const remedy = "the name or, if that starts with a hyphen, the id";
  if (text !== undefined) return matching("item", text, /^[^-]/, remedy);
  throw wrong(
    "`--item` is missing.",
    'Pass it, such as `opconnect aws-credentials --item "AWS Access Key"`.',
  );
}

function parseRegion(text: string): string {
  return matching("region", text, /^[a-z]{2}(-[a-z]+)+-\d+$/, "one like eu-central-1");
}

function parseRole(text: (name: string) => string | undefined) {
  const given = text("role-arn");
  if (given === undefined) return undefined;
  const arn = matching(
    "role-arn",
    given,
    /^arn:aws[\w-]*:iam::\d{12}:role\/.+$/,
    "one like arn:aws:iam::123456789012:role/Deploy",
  );
  const sessionName = matching(
    "role-session-name",
    text("role-session-name") ?? "opconnect",
    /^[\w+=,.@-]{2,64}$/,
    "2 to 64 letters, digits or +=,.@-",
  );
  return { arn, sessionName, externalId: text("external-id") };
}

/**
 * `session`: a session with a one-time password, with which the role is assumed. `direct`: the role
 * is assumed with a one-time password. `none`: no one-time password.
 */
function parseMfa(
  values: OptionValues,
  role: ReturnType<typeof parseRole>,
): "session" | "direct" | "none" {
  const [isNone, isDirect] = [values["no-mfa"] === true, values["direct-mfa"] === true];
  if (isNone && isDirect) {
    throw wrong("`--no-mfa` and `--direct-mfa` are both given.", "Leave out one of them.");
  }
  if (isDirect && role === undefined) {
    throw wrong("`--direct-mfa` is given without a role.", "Pass `--role-arn` too.");
  }
  return isNone ? "none" : isDirect ? "direct" : "session";
}

function parseCache(text: string): "item" | "keychain" | "none" {
  if (text === "item" || text === "keychain" || text === "none") return text;
  throw invalid("cache", text, "item, keychain or none");
}

/**
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 */
function parseDuration(text: string | undefined, role: ReturnType<typeof parseRole>) {
  const most = role === undefined ? 129_600 : 43_200;
  return text === undefined ? undefined : parseSeconds("duration", text, [900, most]);
}

/** A session that is never fresh would cost a one-time password at each call. */
function parseMargin(
  text: string,
  role: ReturnType<typeof parseRole>,
  durationSeconds: number | undefined,
): number {
  // What AWS gives where no duration is said.
  const life = durationSeconds ?? (role === undefined ? 43_200 : 3_600);
  return parseSeconds("margin", text, [0, life - 1]);
}

function parseSeconds(
  option: string,
  text: string,
  [least, most]: readonly [least: number, most: number],
): number {
  const remedy = `from ${least} to ${most} seconds, as a number with s, m, h or nothing, such as 12h`;
  const unit = matching(option, text, /^\d{1,7}[smh]?$/, remedy).at(-1);
  const seconds = Number.parseInt(text, 10) * (unit === "h" ? 3_600 : unit === "m" ? 60 : 1);
  if (seconds >= least && seconds <= most) return seconds;
  throw invalid(option, text, remedy);
}

function matching(option: string, text: string, pattern: RegExp, wanted: string): string {
  if (pattern.test(text)) return text;
  throw invalid(option, text, wanted);
}

function invalid(option: string, text: string, wanted: string): ConnectError {
  return wrong(`\`--${option}\` is "${text}".`, `Pass ${wanted}.`);
}

function wrong(happened: string, remedy: string): ConnectError {
  return new ConnectError("ARGUMENT_INVALID", happened, remedy);
}
