import { withoutSecrets } from "./without-secrets.ts";

/**
 * Whether a text is a secret by its form: a token, a key, a credentials file, also in base64, once or
 * twice. What is made to be handed out, such as a certificate, is none.
 */
export function looksSecret(text: string): boolean {
  const once = decoded(text);
  const readings = [text, once, decoded(once)];
  // In base64 a certificate begins as a private key does.
  if (readings.some((each) => isPublic(each))) return false;
  return (
    [text, ...readings.filter(isReadable)].some(hasSecret) ||
    readings.some((each) => /"(encCredentials|localHash)"\s*:/.test(each))
  );
}

function decoded(text: string): string {
  return /^[\w+/=\s-]+$/.test(text) ? Buffer.from(text, "base64").toString() : "";
}

/** What was no base64 is none of these. */
function isReadable(text: string): boolean {
  return !/(?!\s)[\p{Cc}\uFFFD]/u.test(text);
}

function hasSecret(text: string): boolean {
  const rest = withoutPublic(text);
  return withoutSecrets(rest) !== rest;
}

function isPublic(text: string): boolean {
  const rest = withoutPublic(text);
  return rest !== text && rest.trim() === "";
}

/** Without certificates, public keys, what is encrypted, and the user of an address such as `git`. */
function withoutPublic(text: string): string {
  return text
    .replace(
      /-----BEGIN ((X509 |TRUSTED )?CERTIFICATE( REQUEST)?|X509 CRL|([A-Z]+ )?PUBLIC KEY|PGP PUBLIC KEY BLOCK|PGP MESSAGE|AGE ENCRYPTED FILE)-----.*?-----END \1-----/gs,
      "",
    )
    .replace(/(?<=:\/\/)[a-z][a-z_.-]{0,19}@/g, "");
}
