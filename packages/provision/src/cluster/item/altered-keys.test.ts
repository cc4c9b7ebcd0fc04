import { expect, test } from "vitest";
import { parseSecretMetadata } from "../secret/metadata.ts";
import { alteredKeys } from "./altered-keys.ts";

const annotations = { "f:operator.1password.io/item-version": {} };
const operator = {
  manager: "manager",
  operation: "Update",
  time: "2026-05-05T12:00:00Z",
  fieldsV1: { "f:data": { "f:username": {} }, "f:metadata": { "f:annotations": annotations } },
};
const byHand = {
  manager: "kubectl-edit",
  operation: "Update",
  time: "2026-05-05T12:00:01Z",
  fieldsV1: { "f:data": { "f:password": {} } },
};

const altered = (...managedFields: object[]) =>
  alteredKeys(parseSecretMetadata({ metadata: { uid: "uid", managedFields } }));

test("a key that was changed after the operator wrote the Secret is told with who did", () => {
  expect(altered(operator, byHand)).toEqual([{ keys: ["password"], manager: "kubectl-edit" }]);
});

test.each([
  ["was there before the operator took the Secret over", { time: "2026-05-05T11:59:59Z" }],
  ["is no part of the data", { fieldsV1: { "f:metadata": { "f:labels": { "f:team": {} } } } }],
  ["is the operator's", { manager: "manager" }],
])("what %s is not altered", (_, change) => {
  expect(altered(operator, { ...byHand, ...change })).toEqual([]);
});

test("of a Secret that the operator has not written nothing is said", () => {
  expect(altered(byHand)).toEqual([]);
});
