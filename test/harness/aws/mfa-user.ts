import { randomBytes } from "node:crypto";
import { z } from "zod";
import { type TypedField, typeItem } from "../act/item.ts";
import { op as runOp } from "../look/account.ts";
import type { RigAccess } from "../rig-access.ts";
import type { ItemNames } from "./op-calls.ts";

/** An IAM user with a virtual MFA device. No value is like any before. */
export interface MfaUser {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly mfaSerial: string;
  /** Of the device: base32, as AWS shows it once. */
  readonly totpSecret: string;
}

/** The vault of the documentation's example. */
export const vaultName = "Engineering";

export function newMfaUser(): MfaUser {
  return {
    accessKeyId: `AKIA${upperCase(16)}`,
    secretAccessKey: randomBytes(30).toString("base64"),
    mfaSerial: `arn:aws:iam::123456789012:mfa/${randomBytes(4).toString("hex")}`,
    totpSecret: upperCase(32),
  };
}

/** Types the user's keys into an item, as 1Password's own AWS plugin lays it out. */
export async function typeAccessKey(
  rig: RigAccess,
  user: MfaUser,
  title: string,
): Promise<ItemNames> {
  const fields: readonly TypedField[] = [
    { id: "key", type: "STRING", label: "Access Key ID", value: user.accessKeyId },
    { id: "secret", type: "CONCEALED", label: "Secret Access Key", value: user.secretAccessKey },
    { id: "serial", type: "STRING", label: "mfa serial", value: user.mfaSerial },
    { id: "otp", type: "OTP", label: "one-time password", value: otpUri(user) },
  ];
  await typeItem(rig, title, vaultName, fields);
  const item = await runOp(rig, ["item", "get", title, "--vault", vaultName]);
  return { id: z.object({ id: z.string() }).parse(item).id, title };
}

/** Makes the vault of the example, once per rig. */
export async function makeVault(rig: RigAccess): Promise<void> {
  await runOp(rig, ["vault", "create", vaultName]);
}

function otpUri({ totpSecret }: MfaUser): string {
  return `otpauth://totp/Amazon%20Web%20Services:acme?secret=${totpSecret}&issuer=Amazon%20Web%20Services`;
}

/** Of the alphabet of base32, which is also that of access key ids. */
function upperCase(length: number): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  return Array.from(randomBytes(length), (byte) => alphabet[byte % alphabet.length]).join("");
}
