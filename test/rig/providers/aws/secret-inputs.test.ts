import { expect, test } from "vitest";
import { type PropertyMap, unknownValue } from "../property-value.ts";
import { checkSecret } from "./secret-inputs.ts";
import { openSession } from "./session.ts";

const defaultTags = JSON.stringify({ tags: { team: "platform", stage: "none" } });
const session = openSession({ region: "eu-west-1", defaultTags }, new AbortController().signal);

function check(inputs: PropertyMap, old?: PropertyMap) {
  const type = "aws:secretsmanager/secret:Secret";
  const urn = `urn:pulumi:stack::project::${type}::token`;
  const randomSeed = new Uint8Array([1]);
  return checkSecret({ urn, type, name: "token", inputs, old, randomSeed }, session);
}

test("defaults are filled in, and which they are is remembered", () => {
  const { inputs, failures } = check({ name: "opconnect/acme/prod/credentials" });
  expect(failures).toEqual([]);
  expect(inputs).toEqual({
    name: "opconnect/acme/prod/credentials",
    forceOverwriteReplicaSecret: false,
    recoveryWindowInDays: 30,
    region: "eu-west-1",
    tagsAll: { team: "platform", stage: "none" },
    __defaults: ["forceOverwriteReplicaSecret", "recoveryWindowInDays", "region"],
  });
});

test("a secret without a name gets one of its own, and keeps it", () => {
  const { inputs } = check({});
  expect(inputs.name).toMatch(/^token-[0-9a-f]{7}$/);
  expect(check({ description: "a" }, inputs).inputs.name).toBe(inputs.name);
});

test("a name that the user gave up is not kept", () => {
  const { inputs } = check({ name: "given" });
  expect(check({}, inputs).inputs.name).toMatch(/^token-[0-9a-f]{7}$/);
});

test("the secret's own tags win over the provider's", () => {
  const { inputs } = check({ tags: { stage: "prod" } });
  expect(inputs.tagsAll).toEqual({ team: "platform", stage: "prod" });
});

test("an unknown tag makes all of them unknown", () => {
  expect(check({ tags: { stage: unknownValue } }).inputs.tagsAll).toBe(unknownValue);
});

test.each([
  [{ name: "with space" }, "name"],
  [{ name: "a".repeat(513) }, "name"],
  [{ name: "a", recoveryWindowInDays: 3 }, "recoveryWindowInDays"],
])("%j is refused", (inputs, property) => {
  expect(check(inputs).failures?.map((failure) => failure.property)).toEqual([property]);
});
