import { ConnectError } from "@opconnect/core";
import { z } from "zod";

/** What an item for AWS is made of, in the order in which it is asked for. */
export const itemParts = [
  { name: "accessKeyId", title: "Access key id", type: "STRING" },
  { name: "secretAccessKey", title: "Secret access key", type: "CONCEALED" },
  { name: "mfaSerial", title: "ARN of the MFA device", type: "STRING" },
  {
    name: "oneTimePassword",
    title: "Secret of the MFA device (base32, or an otpauth link)",
    type: "OTP",
  },
] as const;

export type ItemPart = (typeof itemParts)[number];

/** Values of the parts, as far as they are known. Secret. */
export type ItemSecrets = { readonly [name in ItemPart["name"]]?: string | undefined };

const names = itemParts.map(({ name }) => name);
const secretsSchema = z.partialRecord(z.enum(names), z.string());

/**
 * Parses the JSON object that `--from-stdin` takes.
 * @throws `ARGUMENT_INVALID` without quoting it, as the parsers' own errors would.
 */
export function parseSecrets(text: string): ItemSecrets {
  try {
    return secretsSchema.parse(JSON.parse(text));
  } catch {
    throw new ConnectError(
      "ARGUMENT_INVALID",
      "Standard input holds something else than a JSON object of texts.",
      `Pass any of ${names.join(", ")}.`,
    );
  }
}
