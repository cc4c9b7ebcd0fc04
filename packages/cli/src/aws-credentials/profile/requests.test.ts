import { expect, test } from "vitest";
import { profileRequests } from "./requests.ts";

test("profiles that run us, and those that build on them, are found with what they ask for", () => {
  const text = `
[default]
credential_process = /opt/op connect/../opconnect aws-credentials --item "AWS Access Key" --cache keychain
[profile acme]
role_arn = arn:aws:iam::1:role/x
source_profile = default
[profile loop]
source_profile = pool
[profile pool]
source_profile = loop
[profile other]
credential_process = other-tool --item x
[profile broken]
credential_process = opconnect aws-credentials --item x --what`;
  expect(profileRequests(text, {})).toEqual([
    {
      profile: "default",
      source: "default",
      request: expect.objectContaining({ item: "AWS Access Key", cache: "keychain" }),
    },
    expect.objectContaining({ profile: "acme", source: "default" }),
    { profile: "broken", source: "broken", problem: "its credential_process has unknown options" },
  ]);
});

test("a default profile with two headings is one profile", () => {
  const line = (item: string) => `credential_process = opconnect aws-credentials --item ${item}`;
  const text = `[default]\n${line("old")}\n[profile default]\n${line("new")}\n`;
  expect(profileRequests(text, {})).toEqual([
    { profile: "default", source: "default", request: expect.objectContaining({ item: "new" }) },
  ]);
});
