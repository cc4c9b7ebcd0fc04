import { expect, test } from "vitest";
import { refuseExcess } from "./limits.ts";
import type { StoreAnswer } from "./store-proxy.ts";

const secret = { SecretId: "opconnect/acme/prod/credentials" };

/** What becomes of a request where moto answers this. */
async function refusedAs(action: string, input: object, found: object = {}) {
  const answer: StoreAnswer = { status: 200, text: JSON.stringify(found) };
  const refused = await refuseExcess(86_400_000)(
    { action, input: { ...secret, ...input } },
    async () => answer,
  );
  return refused === undefined ? "passed on" : JSON.parse(refused.text).__type;
}

const tags = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ Key: `t${index}`, Value: "v" }));
const versions = (count: number, age: number, VersionStages: string[] = []) => ({
  Versions: Array.from({ length: count }, (_, index) => ({
    VersionId: `version-${index}`,
    VersionStages,
    CreatedDate: Date.now() / 1_000 - age,
  })),
});

test.each([
  ["64 KiB", "PutSecretValue", { SecretString: "v".repeat(65_536) }, {}, "passed on"],
  [
    "more than that",
    "PutSecretValue",
    { SecretString: "ü".repeat(32_769) },
    {},
    "ValidationException",
  ],
  ["50 tags", "CreateSecret", { Tags: tags(50) }, {}, "passed on"],
  ["51 tags", "CreateSecret", { Tags: tags(51) }, {}, "LimitExceededException"],
  [
    "a tag beside 50",
    "TagResource",
    { Tags: [{ Key: "x", Value: "" }] },
    { Tags: tags(50) },
    "LimitExceededException",
  ],
  ["one of 50 again", "TagResource", { Tags: tags(1) }, { Tags: tags(50) }, "passed on"],
  [
    "a long tag",
    "TagResource",
    { Tags: [{ Key: "x", Value: "v".repeat(256) }] },
    {},
    "InvalidParameterException",
  ],
  [
    "an odd tag",
    "TagResource",
    { Tags: [{ Key: "x", Value: "a&b" }] },
    {},
    "InvalidParameterException",
  ],
  [
    "AWS's tag",
    "TagResource",
    { Tags: [{ Key: "aws:x", Value: "v" }] },
    {},
    "InvalidParameterException",
  ],
  ["version 100", "PutSecretValue", { ClientRequestToken: "new" }, versions(99, 60), "passed on"],
  [
    "version 101",
    "PutSecretValue",
    { ClientRequestToken: "new" },
    versions(100, 60),
    "LimitExceededException",
  ],
  [
    "a version again",
    "PutSecretValue",
    { ClientRequestToken: "version-7" },
    versions(100, 60),
    "passed on",
  ],
  [
    "a version after a day",
    "PutSecretValue",
    { ClientRequestToken: "new" },
    versions(300, 90_000),
    "passed on",
  ],
  [
    "one beside 100 labels",
    "PutSecretValue",
    { ClientRequestToken: "new" },
    versions(100, 90_000, ["x"]),
    "LimitExceededException",
  ],
])("%s: %s", async (_, action, input, found, outcome) => {
  expect(await refusedAs(action, input, found)).toBe(outcome);
});
