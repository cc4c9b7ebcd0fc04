import { ConnectError } from "../error/connect-error.ts";
import { quote } from "../error/quote.ts";
import { withoutSecrets } from "../error/without-secrets.ts";
import type { Placeholder } from "./template.ts";

/**
 * Checks a client, environment or purpose: lower-case words joined by single hyphens.
 * @throws `CONVENTION_VALUE` if it is anything else.
 */
export function checkConventionValue(field: Placeholder, value: unknown): void {
  if (typeof value === "string" && /^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(value)) return;
  throw new ConnectError(
    "CONVENTION_VALUE",
    `${field} is ${quote(value)}.`,
    `Use lower-case letters, digits and single hyphens between them${suggestion(value)}.`,
  );
}

/** Of a secret none is made: with other letters it would not be told any more. */
function suggestion(value: unknown): string {
  if (typeof value !== "string" || withoutSecrets(value) !== value) return "";
  const words = value.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  return words.length === 0 ? "" : `, such as ${quote(words.join("-"))}`;
}
