import { ConnectError } from "@opconnect/core/connect-error";
import type { SessionRequest } from "../session/request.ts";
import { findFields, type OpItem, type OpItemField } from "./op-item.ts";

/** The long-lived credentials in an item. Secret. */
export type AccessKey = ReturnType<typeof accessKeyOf>;

/** The form of an access key's id. */
export const accessKeyIdForm = /^[A-Z0-9]{16,128}$/;

/**
 * Takes the access key out of an item, and the MFA device where one is asked for.
 * @throws `AWS_ITEM_INVALID` if a field is missing, empty, or there twice with different values.
 */
export function accessKeyOf(item: OpItem, request: SessionRequest) {
  const { fields } = request;
  const accessKeyId = requireValue(item, fields.accessKeyId, "--access-key-id-field");
  const secretAccessKey = requireValue(item, fields.secretAccessKey, "--secret-access-key-field");
  if (!accessKeyIdForm.test(accessKeyId)) {
    throw invalid(
      item,
      `its field "${fields.accessKeyId}" holds no access key id`,
      "Put the id there, 20 capital letters and digits.",
    );
  }
  if (request.mfa === "none") return { accessKeyId, secretAccessKey };
  const serial = requireValue(item, fields.mfaSerial, "--mfa-serial-field");
  const { totp } = oneTimePasswordField(item, fields);
  // The code of the moment comes with the item, but for older versions of `op`.
  return { accessKeyId, secretAccessKey, mfa: { serial, code: totp } };
}

/** The field of the one-time password: the one of the label, or else the item's only one. */
export function oneTimePasswordField(item: OpItem, fields: SessionRequest["fields"]): OpItemField {
  const { oneTimePassword } = fields;
  const ofType = item.fields.filter(({ type }) => type === "OTP");
  const named = oneTimePassword === undefined ? ofType : findFields(item, oneTimePassword);
  const [only, ...others] = named.filter(
    ({ type, value, totp }) => type === "OTP" && (value || totp),
  );
  if (only === undefined) {
    throw invalid(
      item,
      `it has no one-time password${oneTimePassword === undefined ? "" : ` called "${oneTimePassword}"`}`,
      "Add one with the secret that AWS shows for the MFA device, or pass `--no-mfa`.",
    );
  }
  if (others.length === 0) return only;
  throw invalid(
    item,
    `it has ${named.length} one-time passwords`,
    "Say which one is for AWS by `--one-time-password-field`.",
  );
}

function requireValue(item: OpItem, label: string, option: string): string {
  const found = findFields(item, label).filter(({ value }) => value !== undefined && value !== "");
  const values = [...new Set(found.map(({ value = "" }) => value.trim()))];
  const [value] = values;
  if (value === undefined) {
    const labels = item.fields.map((field) => `"${field.label}"`).join(", ");
    throw invalid(
      item,
      `it has no field "${label}", or it is empty; there are ${labels || "none at all"}`,
      `Add it, pass \`${option}\`${option === "--mfa-serial-field" ? " or `--no-mfa`" : ""}, or run \`opconnect aws-credentials setup\`.`,
    );
  }
  if (values.length === 1) return value;
  const places = found.map(({ id, section }) =>
    section === undefined ? id : `${section}.${label}`,
  );
  throw invalid(
    item,
    `it has ${found.length} fields "${label}" with different values`,
    `Pass one of ${places.join(", ")} as \`${option}\`, or rename the others.`,
  );
}

function invalid(item: OpItem, problem: string, remedy: string): ConnectError {
  const happened = `The item "${item.title}" cannot be used: ${problem}.`;
  return new ConnectError("AWS_ITEM_INVALID", happened, remedy);
}
