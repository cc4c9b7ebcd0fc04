import { expect, test } from "vitest";
import { looksSecret } from "./looks-secret.ts";

const base64 = (text: string) => Buffer.from(text).toString("base64");
const credentials = '{"verifier":{"localHash":"fixture"},"encCredentials":{"kid":"fixture"}}';

test.each([
  ["a Connect token", "eyJhbGciOiJFUzI1NiJ9.eyJmaXh0dXJlIjoidG9rZW4ifQ.Zml4dHVyZQ"],
  ["a service account's token", `ops_${base64('{"fixture":"token of a service account"}')}`],
  ["a credentials file", credentials],
  ["a credentials file in base64", base64(credentials)],
  ["a credentials file in base64 twice", base64(base64(credentials))],
])("%s looks secret", (_, text) => {
  expect(looksSecret(text)).toBe(true);
});

test.each(["acme-prod", "vaults/app/items/postgres", "1password/connect-api:1.8.1", ""])(
  "%o does not look secret",
  (text) => {
    expect(looksSecret(text)).toBe(false);
  },
);
