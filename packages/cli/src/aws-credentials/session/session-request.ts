import { ConnectError } from "@opconnect/core/connect-error";

/** Which session is wanted, of which item, and where it is kept. */
export interface SessionRequest {
  /** Name or id of the 1Password item. */
  readonly item: string;
  readonly vault?: string;
  /** Account as `op --account` takes it. */
  readonly account?: string;
  readonly region: string;
  readonly durationSeconds?: number;
  readonly role?: RoleRequest;
  /**
   * `session`: a session with a one-time password, with which the role is assumed. `direct`: the
   * role is assumed with a one-time password. `none`: no one-time password.
   */
  readonly mfa: "session" | "direct" | "none";
  readonly cache: "item" | "keychain" | "none";
  readonly marginSeconds: number;
  readonly timeoutSeconds: number;
  /** Write the item even if it may hold what `op` cannot write back. */
  readonly rewriteItem: boolean;
  readonly fields: FieldLabels;
}

/** A role to be assumed. */
export interface RoleRequest {
  readonly arn: string;
  readonly sessionName: string;
  readonly externalId?: string;
}

/** Labels, or ids, of the item's fields. */
export interface FieldLabels {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly mfaSerial: string;
  /** Without one, the item's only one-time password is taken. */
  readonly oneTimePassword?: string;
  readonly sessionCache: string;
}

/** Values of options by their names, as both parsers give them. */
export type OptionValues = Readonly<Record<string, string | boolean | undefined>>;

/**
 * Reads the options into a request.
 * @throws `ARGUMENT_INVALID` if one is missing, malformed or does not go with another.
 */
export function parseSessionRequest(values: OptionValues): SessionRequest {
  const text = (name: string): string | undefined => {
    const value = values[name];
    return typeof value === "string" ? value : undefined;
  };
  const role = parseRole(text);
  return {
    item: parseName("item", text("item") ?? missing("item")),
    ...optional("vault", text("vault")),
    ...optional("account", text("account")),
    region: parseRegion(text("region") ?? "us-east-1"),
    ...durationOf(text("duration")),
    ...(role === undefined ? {} : { role }),
    mfa: parseMfa(values, role),
    cache: parseCache(text("cache") ?? "item"),
    marginSeconds: parseSeconds("margin", text("margin") ?? "30s"),
    timeoutSeconds: parseSeconds("timeout", text("timeout") ?? "2m"),
    rewriteItem: values["rewrite-item"] === true,
    fields: {
      accessKeyId: text("access-key-id-field") ?? "Access Key ID",
      secretAccessKey: text("secret-access-key-field") ?? "Secret Access Key",
      mfaSerial: text("mfa-serial-field") ?? "mfa serial",
      ...optional("oneTimePassword", text("one-time-password-field")),
      sessionCache: text("session-cache-field") ?? "session_cache",
    },
  };
}

function parseRole(text: (name: string) => string | undefined): RoleRequest | undefined {
  const arn = text("role-arn");
  const externalId = text("external-id");
  if (arn === undefined) return undefined;
  if (!/^arn:aws[\w-]*:iam::\d{12}:role\/.+$/.test(arn)) {
    throw invalid("role-arn", arn, "Pass one like arn:aws:iam::123456789012:role/Deploy.");
  }
  const sessionName = text("role-session-name") ?? "opconnect";
  if (!/^[\w+=,.@-]{2,64}$/.test(sessionName)) {
    throw invalid("role-session-name", sessionName, "Pass 2 to 64 letters, digits or +=,.@-.");
  }
  return { arn, sessionName, ...(externalId === undefined ? {} : { externalId }) };
}

function parseMfa(values: OptionValues, role: RoleRequest | undefined): SessionRequest["mfa"] {
  if (values["no-mfa"] === true && values["direct-mfa"] === true) {
    throw new ConnectError(
      "ARGUMENT_INVALID",
      "`--no-mfa` and `--direct-mfa` are both given.",
      "Leave out one of them.",
    );
  }
  if (values["no-mfa"] === true) return "none";
  if (values["direct-mfa"] !== true) return "session";
  if (role !== undefined) return "direct";
  throw new ConnectError(
    "ARGUMENT_INVALID",
    "`--direct-mfa` is given without a role.",
    "Pass `--role-arn` too.",
  );
}

function parseCache(text: string): SessionRequest["cache"] {
  if (text === "item" || text === "keychain" || text === "none") return text;
  throw invalid("cache", text, "Pass item, keychain or none.");
}

function parseRegion(text: string): string {
  if (/^[a-z]{2}(-[a-z]+)+-\d+$/.test(text)) return text;
  throw invalid("region", text, "Pass one like eu-central-1.");
}

/** `op` would take a name with a hyphen in front for one of its flags. */
function parseName(option: string, text: string): string {
  if (text !== "" && !text.startsWith("-")) return text;
  throw invalid(option, text, "Pass the name or, if that starts with a hyphen, the id.");
}

function durationOf(text: string | undefined): { durationSeconds?: number } {
  return text === undefined ? {} : { durationSeconds: parseSeconds("duration", text) };
}

function parseSeconds(option: string, text: string): number {
  const match = /^(?<count>\d{1,7})(?<unit>[smh]?)$/.exec(text)?.groups;
  const factor = match?.unit === "h" ? 3_600 : match?.unit === "m" ? 60 : 1;
  if (match?.count !== undefined) return Number(match.count) * factor;
  throw invalid(option, text, "Pass seconds, or a number with s, m or h, such as 12h.");
}

function optional<K extends string>(key: K, value: string | undefined): { [P in K]?: string } {
  return value === undefined ? {} : ({ [key]: value } as { [P in K]?: string });
}

function missing(option: string): never {
  throw new ConnectError(
    "ARGUMENT_INVALID",
    `\`--${option}\` is missing.`,
    'Pass it, such as `opconnect aws-credentials --item "AWS Access Key"`.',
  );
}

function invalid(option: string, value: string, remedy: string): ConnectError {
  return new ConnectError("ARGUMENT_INVALID", `\`--${option}\` is "${value}".`, remedy);
}
