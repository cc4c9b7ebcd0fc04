import { accessKeyIdForm } from "../item/access-key.ts";
import type { ItemPart } from "./item-parts.ts";

/**
 * Says why a text cannot be the value of a part, never quoting it; nothing if it can. What AWS makes
 * tells by its form what it is: another thing, or one that was cut off, is known before it is
 * written.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html
 */
export function partProblem({ name }: Pick<ItemPart, "name">, text: string): string | undefined {
  return text === "" ? "It cannot be empty." : problems[name](text);
}

const problems: Readonly<Record<ItemPart["name"], (text: string) => string | undefined>> = {
  accessKeyId(text) {
    if (text.startsWith("ASIA")) return "This key is temporary: take one that stays, AKIA….";
    if (accessKeyIdForm.test(text)) return undefined;
    return "An access key id is 20 capital letters and digits, AKIA….";
  },
  secretAccessKey(text) {
    if (/^[A-Za-z0-9/+=]{40,}$/.test(text)) return undefined;
    return "A secret access key is 40 letters, digits and signs of /+=, without a space.";
  },
  mfaSerial(text) {
    if (text.includes(":u2f/")) return "A security key gives no codes: take a device that does.";
    if (/^arn:aws[\w-]*:iam::\d{12}:mfa\/[\w+=/:,.@-]+$/.test(text)) return undefined;
    // A device of hardware has a serial number instead.
    if (/^[A-Za-z]{2,}\w{7,254}$/.test(text)) return undefined;
    return "It is arn:aws:iam::<account>:mfa/<name>, or the serial number of a device.";
  },
  oneTimePassword(text) {
    if (/^\d{6,8}$/.test(text)) return "This is a code. What makes the codes is wanted.";
    const isUri = /^otpauth:\/\/totp\//.test(text);
    const secret = isUri ? (URL.parse(text)?.searchParams.get("secret") ?? "") : text;
    if (/^[A-Z2-7]{16,}=*$/i.test(secret.replaceAll(/[ -]/g, ""))) return undefined;
    return "It is 16 or more letters and digits of 2 to 7, or a link that begins with otpauth.";
  },
};
