import { expect, test } from "vitest";
import { checkServiceAccountToken } from "./service-account-token.ts";

const content = { signInAddress: "acme.1password.com", email: "a@1passwordserviceaccounts.com" };
const token = encoded(content);

function encoded(value: unknown): string {
  return `ops_${Buffer.from(JSON.stringify(value)).toString("base64url")}`;
}

test("a token passes", () => {
  expect(() => checkServiceAccountToken(token)).not.toThrow();
});

test.each([
  ["a line break behind it", `${token}\n`, "a line break around it"],
  ["a Connect token", "eyJhbGciOiJFUzI1NiJ9.eyJzdWIi.c2ln", "It is a Connect token"],
  ["a password", "hunter2-fixture", "begins with `ops_`"],
  ["nothing", "", "begins with `ops_`"],
  ["half a token", token.slice(0, -20), "cut short"],
  ["what holds something else", encoded({ email: "a@example.com" }), "cut short"],
  ["what holds a list", encoded([]), "cut short"],
])("%s is refused, and not quoted", (_, text, why) => {
  const refused = () => checkServiceAccountToken(text);
  expect(refused).toThrow(expect.objectContaining({ code: "TOKEN_MALFORMED" }));
  expect(refused).toThrow(why);
  if (text.length > 8) expect(refused).not.toThrow(text.slice(4, 20));
});
