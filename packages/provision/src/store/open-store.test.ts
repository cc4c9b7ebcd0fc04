import { expect, test } from "vitest";
import { openStore, parseStoreConfig } from "./open-store.ts";

const recipient = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p";
const role = "arn:aws:iam::123456789012:role/platform/opconnect";

test.each([
  { kind: "secrets-manager" },
  {
    kind: "secrets-manager",
    region: "us-gov-west-1",
    profile: "prod",
    roleArn: role,
    externalId: "opconnect",
    kmsKeyId: "alias/opconnect",
    recoveryWindowInDays: 7,
    replicaRegions: ["eu-west-1", "ap-southeast-2"],
    readers: [role, "arn:aws-cn:iam::123456789012:root", "arn:aws:iam::123456789012:role/eks-*"],
  },
  { kind: "secrets-manager", recoveryWindowInDays: 0, replicaRegions: [], readers: [] },
  { kind: "age-file", folder: "secrets", recipients: [recipient] },
  { kind: "age-file", folder: "/secrets", recipients: [recipient], identityFile: "identity" },
])("is taken as it is: %j", (config) => {
  expect(parseStoreConfig(config)).toEqual(config);
});

test("what is not set may be undefined, as Pulumi leaves it", () => {
  expect(() => parseStoreConfig({ kind: "secrets-manager", region: undefined })).not.toThrow();
});

test.each([
  ["store.kind", { kind: "vault" }],
  ["store.kind", {}],
  ["store", "secrets-manager"],
  ["store", undefined],
  ["store.region", { kind: "secrets-manager", region: "Frankfurt" }],
  ["store.profile", { kind: "secrets-manager", profile: "" }],
  ["store.roleArn", { kind: "secrets-manager", roleArn: "opconnect" }],
  ["store.roleArn", { kind: "secrets-manager", roleArn: "arn:aws:iam::123456789012:user/me" }],
  ["store.recoveryWindowInDays", { kind: "secrets-manager", recoveryWindowInDays: 3 }],
  ["store.recoveryWindowInDays", { kind: "secrets-manager", recoveryWindowInDays: 7.5 }],
  ["store.recoveryWindowInDays", { kind: "secrets-manager", recoveryWindowInDays: "30" }],
  ["store.replicaRegions.1", { kind: "secrets-manager", replicaRegions: ["eu-west-1", "eu"] }],
  ["store.readers.0", { kind: "secrets-manager", readers: ["*"] }],
  ["store has no field readerz", { kind: "secrets-manager", readerz: [] }],
  ["store.folder", { kind: "age-file", recipients: [recipient] }],
  ["store.folder", { kind: "age-file", folder: "", recipients: [recipient] }],
  ["store.recipients", { kind: "age-file", folder: "secrets", recipients: [] }],
  ["store.recipients.0", { kind: "age-file", folder: "secrets", recipients: ["me@acme.test"] }],
  [
    "store.recipients.1",
    { kind: "age-file", folder: "s", recipients: [recipient, "ssh-ed25519 AAAA"] },
  ],
  [
    "store.identityFile is not the path",
    { kind: "age-file", folder: "s", recipients: [recipient], identityFile: "AGE-SECRET-KEY-1X" },
  ],
  [
    "store has no field region",
    { kind: "age-file", folder: "s", recipients: [recipient], region: "eu-west-1" },
  ],
])("a mistake in %s is named", (field, config) => {
  expect(() => parseStoreConfig(config)).toThrow(field);
  expect(() => parseStoreConfig(config)).toThrow(/\[ARGUMENT_INVALID\]$/);
});

test("an age identity where a recipient belongs is refused without being quoted", () => {
  const identity = "AGE-SECRET-KEY-1FIXTURE";
  const config = { kind: "age-file", folder: "s", recipients: [identity] } as const;
  expect(() => openStore(config)).toThrow("store.recipients.0");
  expect(() => openStore(config)).not.toThrow(identity);
});
