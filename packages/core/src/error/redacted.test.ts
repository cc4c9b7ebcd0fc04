import { expect, test } from "vitest";
import { fixtureToken } from "../../../provision/fixtures/data/connect-token.ts";
import { redacted } from "./redacted.ts";

const token = fixtureToken({ id: "fixturetoken", serverId: "FIXTURESERVER", vaults: [] });
const serviceAccountToken = "ops_eyJzaWduSW5BZGRyZXNzIjoiZXhhbXBsZSJ9";
const base64 = "c2VjcmV0IGtleSBtYXRlcmlhbCBvZiBhIGNyZWRlbnRpYWxzIGZpbGU=";

test.each([
  ["a Connect token", token],
  ["a Connect token that was cut", token.slice(0, 60)],
  ["a service account token", serviceAccountToken],
  ["base64", base64],
  ["the seed of one-time passwords", "FIXTURESEED234567".repeat(3)],
  ["a seed in small letters", "fixtureseed234567".repeat(3)],
  ["a seed with its name", `SEED=${"FIXTURESEED234567".repeat(3)}`],
  ["hexadecimal", "0123456789abcdef".repeat(3)],
  ["a secret access key without a digit", "FixtureSecretAccessKey/WithoutAnyDigit+x"],
  ["the secret of a Connect token", "FixtureBearerSecret0123456789abc"],
])("%s is taken out of a text", (_, secret) => {
  const text = redacted(`could not use "${secret}" here`);
  expect(text).toBe('could not use "<redacted>" here');
});

test("a secret that is known is taken out, whatever it looks like", () => {
  expect(redacted("not with hunter two", ["", "hunter two"])).toBe("not with <redacted>");
});

test.each([
  "More than one vault matches acme-production-infrastructure-shared-token.",
  "Connect server acme-prod (JN7PR4ZBDVC5JGZ3Q3YDZD7LIY) has no access to vault gshl4qpfsbnfpcmyyltlxvqapa.",
  "not authorized to perform: secretsmanager:GetSecretValue on arn:aws:secretsmanager:eu-central-1:123456789012:secret:opconnect/acme/prod/operator-token-AbCd12",
])("names, ids and ARNs stay: %s", (text) => {
  expect(redacted(text)).toBe(text);
});
