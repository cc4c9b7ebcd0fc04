import { expect, test } from "vitest";
import { parseSessionRequest } from "./request.ts";
import { quickOptions } from "./request-options.ts";

const parse = (line: string) =>
  parseSessionRequest(quickOptions(["aws-credentials", ...line.split(" ")]) ?? {}, {});

const deploy = "arn:aws:iam::123456789012:role/Deploy";

test("an item alone asks for what 1Password's plugin names, in us-east-1", () => {
  expect(parse("--item AWS")).toEqual({
    item: "AWS",
    region: "us-east-1",
    endpoint: { url: "https://sts.us-east-1.amazonaws.com", isAws: true },
    mfa: "session",
    cache: "item",
    marginSeconds: 30,
    timeoutSeconds: 120,
    rewriteItem: false,
    fields: {
      accessKeyId: "Access Key ID",
      secretAccessKey: "Secret Access Key",
      mfaSerial: "mfa serial",
      sessionCache: "session_cache",
    },
  });
});

test("every option is read", () => {
  const role = "arn:aws-us-gov:iam::123456789012:role/team/Deploy";
  expect(
    parse(
      `--item=AWS --vault V --account A --duration 12h --region eu-central-1 --role-arn ${role} --role-session-name me --external-id x --direct-mfa --cache keychain --margin 5m --timeout 90 --one-time-password-field otp`,
    ),
  ).toMatchObject({
    vault: "V",
    account: "A",
    durationSeconds: 43_200,
    role: { arn: role, sessionName: "me", externalId: "x" },
    mfa: "direct",
    cache: "keychain",
    marginSeconds: 300,
    timeoutSeconds: 90,
    fields: { oneTimePassword: "otp" },
  });
});

test.each([
  ["--vault V", "`--item` is missing"],
  ["--item -x", '`--item` is "-x"'],
  ["--item x --duration 1d", '`--duration` is "1d"'],
  ["--item x --duration 8", '`--duration` is "8". Pass from 900 to 129600 seconds'],
  ["--item x --duration 899", '`--duration` is "899"'],
  ["--item x --duration 40h", '`--duration` is "40h"'],
  [`--item x --duration 13h --role-arn ${deploy}`, "Pass from 900 to 43200 seconds"],
  ["--item x --timeout 0", '`--timeout` is "0". Pass from 1 to'],
  ["--item x --timeout 9999999h", '`--timeout` is "9999999h"'],
  ["--item x --margin 12h", '`--margin` is "12h". Pass from 0 to 43199 seconds'],
  ["--item x --margin 1h --duration 1h", '`--margin` is "1h". Pass from 0 to 3599 seconds'],
  [`--item x --margin 1h --role-arn ${deploy}`, '`--margin` is "1h"'],
  ["--item=", '`--item` is ""'],
  ["--item x --vault=", '`--vault` is ""'],
  ["--item x --account=", '`--account` is ""'],
  ["--item x --one-time-password-field=", '`--one-time-password-field` is ""'],
  ["--item x --cache disk", '`--cache` is "disk"'],
  ["--item x --region mars", '`--region` is "mars"'],
  ["--item x --role-arn Deploy", '`--role-arn` is "Deploy"'],
  ["--item x --direct-mfa", "without a role"],
  ["--item x --direct-mfa --no-mfa", "both given"],
])("%s is refused", (line, problem) => {
  const values =
    line === "--item -x" ? { item: "-x" } : quickOptions(["aws-credentials", ...line.split(" ")]);
  expect(() => parseSessionRequest(values ?? {}, {})).toThrow(problem);
});

test.each([["setup"], ["status"], ["--help"], ["--item"], ["--item", "x", "--what"]])(
  "%s is left to the parser of the other commands",
  (...args) => {
    expect(quickOptions(["aws-credentials", ...args])).toBeUndefined();
    expect(quickOptions(["doctor"])).toBeUndefined();
  },
);
