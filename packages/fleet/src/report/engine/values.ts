import { isRecord, unknownForms } from "@opconnect/core/json";

/** Key that marks what is no plain value in the engine's JSON: a secret, an asset, a reference. */
export const signatureKey = "4dabf18193072939515e22adb298388d";

/** Mark of a secret. */
export const secretSignature = "1b47061264138c4ac30d75fd1eb44270";

/** Whether a value is known only after the apply, or holds what is. */
export function isUnknown(value: unknown): boolean {
  return typeof value === "string" && unknownForms.some((unknown) => value.includes(unknown));
}

/** Whether a value is marked by the engine: a secret, an asset or a reference, never a plain object. */
export function isMarked(value: unknown): boolean {
  return isRecord(value) && Object.hasOwn(value, signatureKey);
}

/** Whether the engine holds a value secret. */
function isSecret(value: unknown): boolean {
  return isRecord(value) && value[signatureKey] === secretSignature;
}

/** Whether a value is a secret, or holds one. */
export function holdsSecret(value: unknown): boolean {
  if (isSecret(value)) return true;
  if (Array.isArray(value)) return value.some(holdsSecret);
  return isRecord(value) && Object.values(value).some(holdsSecret);
}
