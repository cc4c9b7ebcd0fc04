import { looksSecret } from "@opconnect/core/looks-secret";
import { isKnownRecord, type Known } from "../../rule/known.ts";

/**
 * Paths of the texts that are a secret by their form: tokens of 1Password, credentials files, private
 * keys, keys of AWS, also in base64. A path that itself looks secret is cut before that.
 */
export function secretPaths(value: Known, path = ""): readonly string[] {
  if (typeof value === "string") return looksSecret(value) ? [path] : [];
  if (Array.isArray(value)) {
    return value.flatMap((each, index) => secretPaths(each, `${path}[${index}]`));
  }
  if (!isKnownRecord(value)) return [];
  return Object.entries(value).flatMap(([name, each]) => {
    if (looksSecret(name)) return [path === "" ? "a property's name" : path];
    return secretPaths(each, path === "" ? name : `${path}.${name}`);
  });
}
