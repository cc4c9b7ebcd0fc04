import { expect, test } from "vitest";
import type { PropertyMap } from "../property-value.ts";
import { diffInputs } from "./diff-inputs.ts";

function diff(oldInputs: PropertyMap, inputs: PropertyMap) {
  const type = "aws:secretsmanager/secret:Secret";
  const request = { urn: "", type, name: "a", id: "arn", oldState: {}, oldInputs, inputs };
  return diffInputs(request, { replacedBy: ["name"], documents: ["policy"], name: "name" });
}

test("another name replaces, the new secret first", () => {
  expect(diff({ name: "a" }, { name: "b" })).toEqual({
    changes: [{ path: ["name"], kind: "update", replaces: true }],
    deleteBeforeReplace: false,
  });
});

test("another description does not", () => {
  const { changes } = diff({ name: "a", description: "x" }, { name: "a", description: "y" });
  expect(changes).toEqual([{ path: ["description"], kind: "update", replaces: false }]);
});

test("a policy counts by what it says, not by how it is written", () => {
  const old = { policy: '{"Version":"2012-10-17","Statement":[]}' };
  expect(diff(old, { policy: '{ "Statement": [], "Version": "2012-10-17" }' }).changes).toEqual([]);
  expect(diff(old, { policy: '{"Statement":[{}]}' }).changes.length).toBeGreaterThan(0);
});

test("which inputs are defaults is no difference", () => {
  expect(diff({ name: "a", __defaults: ["name"] }, { name: "a" }).changes).toEqual([]);
});
