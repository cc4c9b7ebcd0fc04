import { isRecord } from "@opconnect/core/json";

/** Key that marks what is no plain value in the engine's JSON: a secret, an asset, a reference. */
export const signatureKey = "4dabf18193072939515e22adb298388d";

/** Mark of a secret. */
export const secretSignature = "1b47061264138c4ac30d75fd1eb44270";

/**
 * What stands for values that are known only after the apply, by their type.
 * @see https://github.com/pulumi/pulumi/blob/v3.250.0/sdk/go/common/resource/plugin/rpc.go
 */
const unknowns = [
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
];

/** Whether a value is known only after the apply, or holds what is. */
export function isUnknown(value: unknown): boolean {
  return typeof value === "string" && unknowns.some((unknown) => value.includes(unknown));
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
