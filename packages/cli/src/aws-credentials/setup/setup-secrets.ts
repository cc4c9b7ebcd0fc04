import { ConnectError } from "@opconnect/core";
import { findProfile } from "../profile/aws-config-text.ts";

/** What an item for AWS is made of; what is undefined is not known. Secret. */
export interface ItemSecrets {
  readonly accessKeyId?: string;
  readonly secretAccessKey?: string;
  readonly mfaSerial?: string;
  /** The MFA device's secret in base32, or an otpauth:// URI. */
  readonly oneTimePassword?: string;
}

/** One of the parts. */
export type SecretName = keyof ItemSecrets;

/** Parts in the order in which they are asked for, with what they are called. */
export const secretTitles: Readonly<Record<SecretName, string>> = {
  accessKeyId: "Access key id",
  secretAccessKey: "Secret access key",
  mfaSerial: "ARN of the MFA device",
  oneTimePassword: "Secret of the MFA device (base32 or otpauth://…)",
};

/**
 * Parses the JSON object that `--from-stdin` takes.
 * @throws `ARGUMENT_INVALID` without quoting it.
 */
export function parseSecrets(text: string): ItemSecrets {
  const value = parseJson(text);
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).map(([name, each]) => [name, each] as const);
    if (entries.every(([name, each]) => name in secretTitles && typeof each === "string")) {
      return Object.fromEntries(entries);
    }
  }
  throw new ConnectError(
    "ARGUMENT_INVALID",
    "Standard input holds something else than a JSON object of texts.",
    `Pass any of ${Object.keys(secretTitles).join(", ")}.`,
  );
}

/** The access key that a profile of `~/.aws/credentials` has in clear. */
export function clearKeyOf(credentialsText: string, profile: string): ItemSecrets | undefined {
  const settings = findProfile(credentialsText, "credentials", profile)?.settings;
  const accessKeyId = settings?.get("aws_access_key_id")?.value;
  const secretAccessKey = settings?.get("aws_secret_access_key")?.value;
  const isTemporary = settings?.has("aws_session_token") === true;
  if (!accessKeyId || !secretAccessKey || isTemporary) return undefined;
  return { accessKeyId, secretAccessKey };
}

/** The parser's own error would quote the text. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
