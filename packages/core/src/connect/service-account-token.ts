import { ConnectError } from "../error/connect-error.ts";
import { isRecord } from "../json.ts";

/**
 * Checks that a text is the token of a service account, as the operator takes it: it ends at once
 * with anything else, a line break behind the token included. What the token opens is not checked.
 * @throws `TOKEN_MALFORMED` if the text is anything else. The error never quotes the text.
 * @see https://developer.1password.com/docs/service-accounts
 */
export function checkServiceAccountToken(text: string): void {
  const remedy =
    "Store what `op service-account create … --raw` printed, all of it and nothing behind it.";
  const refuse = (what: string) => new ConnectError("TOKEN_MALFORMED", `${what}.`, remedy);
  if (text !== text.trim()) {
    throw refuse("The token of the service account has a blank or a line break around it");
  }
  if (/^[\w-]+\.[\w-]+\.[\w-]+$/.test(text)) {
    throw refuse("It is a Connect token, and not that of a service account");
  }
  if (!/^ops_[\w-]+=*$/.test(text)) {
    throw refuse("It is no token of a service account, which begins with `ops_`");
  }
  if (!isComplete(text.slice("ops_".length))) {
    throw refuse("The token of the service account is cut short, or damaged");
  }
}

/** The errors of the parser quote what it could not read, so none is passed on. */
function isComplete(encoded: string): boolean {
  try {
    const content: unknown = JSON.parse(Buffer.from(encoded, "base64url").toString());
    return isRecord(content) && ["signInAddress", "email"].every((key) => isText(content[key]));
  } catch {
    return false;
  }
}

function isText(value: unknown): boolean {
  return typeof value === "string" && value !== "";
}
