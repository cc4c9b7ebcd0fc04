import fc from "fast-check";
import { expect, test } from "vitest";
import { findProfile, parseConfig, withoutSettings, withSetting } from "./aws-config-text.ts";

const config = `# first
[default]
region = eu-central-1   
; old one
credential_process = ~/bin/script.sh "AWS"
s3 =
  max_concurrent_requests = 20

# about acme
[profile acme-prod]
role_arn = arn:aws:iam::1:role/x
[profile "with space"]
region=us-east-1
[sso-session corp]
sso_region = us-east-1
`;

test("profiles are found by their names, as both files write them", () => {
  expect(parseConfig(config, "config").map(({ profile }) => profile)).toEqual([
    "default",
    "acme-prod",
    "with space",
    undefined,
  ]);
  expect(findProfile("[acme]\nx = 1", "credentials", "acme")?.settings.get("x")?.value).toBe("1");
});

test("a setting takes its old place, and everything else stays", () => {
  const after = withSetting(config, "default", "credential_process", "new");
  expect(after).toBe(config.replace('~/bin/script.sh "AWS"', "new"));
});

test("a new setting stands below the last of its profile, above comments of the next", () => {
  expect(withSetting(config, "acme-prod", "credential_process", "new")).toBe(
    config.replace("role/x\n", "role/x\ncredential_process = new\n"),
  );
  expect(withSetting(config, "default", "output", "json")).toBe(
    config.replace("= 20\n", "= 20\noutput = json\n"),
  );
});

test("a new profile comes last", () => {
  expect(withSetting(config, "other", "a", "b")).toBe(`${config}\n[profile other]\na = b\n`);
  expect(withSetting("", "default", "a", "b")).toBe("[default]\na = b\n");
  expect(withSetting("", "two words", "a", "b")).toBe('[profile "two words"]\na = b\n');
});

test("line breaks of Windows stay", () => {
  const windows = "[default]\r\nregion = x\r\n";
  expect(withSetting(windows, "default", "a", "b")).toBe("[default]\r\nregion = x\r\na = b\r\n");
});

test("each line keeps the ending it has", () => {
  const mixed = "[default]\r\nregion = x\n# last\r\n[b]\nc = d";
  expect(withSetting(mixed, "default", "a", "b")).toBe(
    "[default]\r\nregion = x\na = b\n# last\r\n[b]\nc = d",
  );
  expect(withSetting(mixed, "default", "region", "y")).toBe(mixed.replace("= x", "= y"));
  expect(withSetting("[default]\r\nx = 1", "default", "a", "b")).toBe(
    "[default]\r\nx = 1\r\na = b",
  );
  expect(withSetting("[a]\r\nx = 1\n\n\n", "b", "c", "d")).toBe(
    "[a]\r\nx = 1\n\n\n[profile b]\r\nc = d\r\n",
  );
  const keys = "[a]\r\nx = 1\ny = 2\r\n[b]\nz = 3\n";
  expect(withoutSettings(keys, "a", ["x"])).toBe("[a]\r\ny = 2\r\n[b]\nz = 3\n");
});

test("of two headings of the default profile, what SDKs read is written", () => {
  const [short, long] = ["[default]\nx = 1\n", "[profile default]\ny = 2\n"];
  // botocore takes the last, all others `[profile default]`.
  expect(withSetting(short + long, "default", "a", "b")).toBe(`${short}${long}a = b\n`);
  expect(withSetting(long + short, "default", "a", "b")).toBe(`${long}a = b\n${short}a = b\n`);
  expect(findProfile(short + long, "config", "default")?.settings.has("y")).toBe(true);
  expect(findProfile(short, "config", "default")?.settings.has("x")).toBe(true);
});

test("a profile loses settings, and its heading with the last of them", () => {
  const text =
    "[a]\naws_access_key_id = 1\naws_secret_access_key = 2\n\n# b\n[b]\naws_access_key_id = 3\nregion = x\n";
  const keys = ["aws_access_key_id", "aws_secret_access_key"];
  expect(withoutSettings(text, "b", keys)).toBe(text.replace("aws_access_key_id = 3\n", ""));
  expect(withoutSettings(text, "a", keys)).toBe(
    `[a]\n\n# b\n[b]\naws_access_key_id = 3\nregion = x\n`,
  );
  expect(withoutSettings("[a]\naws_access_key_id = 1\n", "a", keys)).toBe("");
});

test("what was set is read again, whatever else is in the file", () => {
  const line = fc.constantFrom(
    "# c",
    "",
    "[profile b]",
    "[default]",
    "x = 1",
    "  y = 2",
    "garbage",
    "[x",
  );
  fc.assert(
    fc.property(fc.array(line), (lines) => {
      const after = withSetting(lines.join("\n"), "acme", "credential_process", "new");
      const setting = findProfile(after, "config", "acme")?.settings.get("credential_process");
      expect(setting?.value).toBe("new");
      expect(withSetting(after, "acme", "credential_process", "new")).toBe(after);
    }),
  );
});
