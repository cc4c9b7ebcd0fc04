import { expect, test } from "vitest";
import { looksSecret } from "./looks-secret.ts";

const base64 = (text: string) => Buffer.from(text).toString("base64");
const pem = (kind: string) => `-----BEGIN ${kind}-----\nZml4dHVyZQ==\n-----END ${kind}-----\n`;
const credentials = '{"verifier":{"localHash":"fixture"},"encCredentials":{"kid":"fixture"}}';

test.each([
  ["a Connect token", "eyJhbGciOiJFUzI1NiJ9.eyJmaXh0dXJlIjoidG9rZW4ifQ.Zml4dHVyZQ"],
  ["a service account's token", `ops_${base64('{"fixture":"token of a service account"}')}`],
  ["a credentials file", credentials],
  ["a credentials file in base64", base64(credentials)],
  ["a credentials file in base64 twice", base64(base64(credentials))],
  ["a private key", pem("PRIVATE KEY")],
  ["a private key beside its certificate", `${pem("CERTIFICATE")}\n${pem("EC PRIVATE KEY")}`],
  [
    "a private key beside its certificate in base64",
    base64(pem("CERTIFICATE") + pem("PRIVATE KEY")),
  ],
  ["a private key in base64 twice", base64(base64(pem("PRIVATE KEY")))],
  ["an identity of age in base64", base64("AGE-SECRET-KEY-1FIXTURE7Q0QNK6ZJ6PS3Q")],
  ["a password in an address in base64", base64("postgres://app:fixture@db.example.com/app")],
  ["a token as the user of an address", "https://ghp_f1xtureT0ken@github.com/acme/infra"],
])("%s looks secret", (_, text) => {
  expect(looksSecret(text)).toBe(true);
});

test.each([
  ...["acme-prod", "vaults/app/items/postgres", "1password/connect-api:1.8.1", "", "0123456789"],
  ...["ssh://git@github.com/acme/infra", "postgres://app@db.example.com/app", base64("acme-prod")],
])("%o does not look secret", (text) => {
  expect(looksSecret(text)).toBe(false);
});

test.each([
  "CERTIFICATE",
  "CERTIFICATE REQUEST",
  "PUBLIC KEY",
  "RSA PUBLIC KEY",
  "AGE ENCRYPTED FILE",
])("what is made to be handed out does not look secret, in base64 neither: %s", (kind) => {
  for (const text of [pem(kind), pem(kind) + pem(kind)]) {
    expect(looksSecret(text)).toBe(false);
    expect(looksSecret(base64(text))).toBe(false);
    expect(looksSecret(base64(base64(text)))).toBe(false);
  }
});
