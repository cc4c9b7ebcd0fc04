import { withoutSecrets } from "./without-secrets.ts";

/** Whether a text is a secret by its form: a token, a key, a credentials file, also in base64. */
export function looksSecret(text: string): boolean {
  const once = decoded(text);
  return (
    withoutSecrets(text) !== text ||
    [text, once, decoded(once)].some((each) => /"(encCredentials|localHash)"\s*:/.test(each))
  );
}

function decoded(text: string): string {
  return /^[\w+/=\s-]+$/.test(text) ? Buffer.from(text, "base64").toString() : "";
}
