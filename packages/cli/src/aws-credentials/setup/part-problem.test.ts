import { expect, test } from "vitest";
import { partProblem } from "./part-problem.ts";

const key = "fixture/secret+access/key/0123456789abcd";
const secret = "JBSWY3DPEHPK3PXP";

test.each([
  ["accessKeyId", "AKIAFIXTUREFIXTURE00"],
  ["secretAccessKey", key],
  ["mfaSerial", "arn:aws:iam::123456789012:mfa/ann"],
  ["mfaSerial", "arn:aws-us-gov:iam::123456789012:mfa/team/ann@example.com"],
  ["mfaSerial", "GAHT12345678"],
  ["oneTimePassword", secret],
  ["oneTimePassword", "jbsw y3dp ehpk 3pxp"],
  ["oneTimePassword", `otpauth://totp/AWS:ann@123456789012?secret=${secret}&issuer=AWS`],
] as const)("what AWS makes for %s is taken: %s", (name, text) => {
  expect(partProblem({ name }, text)).toBeUndefined();
});

test.each([
  ["accessKeyId", "not a key"],
  ["accessKeyId", key],
  ["accessKeyId", "ASIAFIXTUREFIXTURE00"],
  ["secretAccessKey", "AKIAFIXTUREFIXTURE00"],
  ["secretAccessKey", key.slice(0, -1)],
  ["secretAccessKey", `${key} x`],
  ["mfaSerial", "123456"],
  ["mfaSerial", "arn:aws:iam::123456789012:user/ann"],
  ["mfaSerial", "arn:aws:iam::123456789012:u2f/user/ann/key"],
  ["oneTimePassword", "123456"],
  ["oneTimePassword", `otpauth://hotp/AWS?secret=${secret}`],
  ["oneTimePassword", "otpauth://totp/AWS?secret="],
  ["oneTimePassword", ""],
] as const)("what is none for %s is refused, and not quoted: %s", (name, text) => {
  const problem = partProblem({ name }, text);
  expect(problem).toMatch(/\.$/);
  if (text !== "") expect(problem).not.toContain(text);
});
