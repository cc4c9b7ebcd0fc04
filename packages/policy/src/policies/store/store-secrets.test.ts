import { describe, expect, test } from "vitest";
import { findingsOf, own, unknownText } from "../../../fixtures/findings-of.ts";
import { storeSecretNotPublic } from "./store-secret-not-public.ts";
import { storeSecretOwnKey } from "./store-secret-own-key.ts";
import { storeSecretReaders } from "./store-secret-readers.ts";

const secret = (store: object) => [
  own("CredentialSecret", { store: { kind: "secrets-manager", ...store } }),
];
const files = [own("CredentialSecret", { store: { kind: "age-file", folder: "secrets" } })];

describe("store-secret-own-key", () => {
  test.each([
    ["a key", secret({ kmsKeyId: "alias/opconnect" })],
    ["a key that is not known yet", secret({ kmsKeyId: unknownText })],
    ["a store of files", files],
  ])("%s passes", (_, resources) => {
    expect(findingsOf(storeSecretOwnKey, resources)).toEqual([]);
  });

  test.each([
    ["none", secret({})],
    ["the account's", secret({ kmsKeyId: "alias/aws/secretsmanager" })],
  ])("%s is found", (_, resources) => {
    expect(findingsOf(storeSecretOwnKey, resources)).toEqual([
      "The secret it is encrypted with the account's default key.",
    ]);
  });
});

describe("store-secret-readers", () => {
  test.each([
    ["a list of them", secret({ readers: ["arn:aws:iam::123456789012:role/ci"] })],
    ["one that is not known yet", secret({ readers: unknownText })],
    ["a store of files", files],
  ])("%s passes", (_, resources) => {
    expect(findingsOf(storeSecretReaders, resources)).toEqual([]);
  });

  test.each([
    ["no list", secret({})],
    ["an empty one", secret({ readers: [] })],
  ])("%s is found", (_, resources) => {
    expect(findingsOf(storeSecretReaders, resources)).toEqual([
      "IAM alone decides who reads the secret it.",
    ]);
  });
});

describe("store-secret-not-public", () => {
  const policy = (statement: object) => [
    {
      type: "aws:secretsmanager/secretPolicy:SecretPolicy",
      props: { policy: JSON.stringify({ Version: "2012-10-17", Statement: [statement] }) },
    },
  ];

  test.each([
    ["a reader of one account", secret({ readers: ["arn:aws:iam::123456789012:role/*"] })],
    ["a denial for everybody", policy({ Effect: "Deny", Principal: "*" })],
    [
      "what an organization alone is allowed",
      policy({
        Effect: "Allow",
        Principal: "*",
        Condition: { StringEquals: { "aws:PrincipalOrgID": "o-fixture" } },
      }),
    ],
    ["a policy that is not known yet", [{ ...policy({})[0], props: { policy: unknownText } }]],
  ])("%s passes", (_, resources) => {
    expect(findingsOf(storeSecretNotPublic, resources as typeof files)).toEqual([]);
  });

  test("a reader of any account is found", () => {
    expect(
      findingsOf(storeSecretNotPublic, secret({ readers: ["arn:aws:iam::*:role/ci"] })),
    ).toEqual(["Readers of the secret it may be of any account."]);
  });

  test.each([
    { Effect: "Allow", Principal: "*" },
    { Effect: "Allow", Principal: { AWS: ["arn:aws:iam::123456789012:root", "*"] } },
    { Effect: "Allow", NotPrincipal: { AWS: "arn:aws:iam::123456789012:root" } },
    { Effect: "Allow", Principal: "*", Condition: { Bool: { "aws:SecureTransport": "true" } } },
    { Effect: "Allow", Principal: "*", Condition: { StringLike: { "aws:PrincipalArn": "*" } } },
  ])("the statement %o is found", (statement) => {
    expect(findingsOf(storeSecretNotPublic, policy(statement))).toEqual([
      "The policy of it allows every principal.",
    ]);
  });
});
