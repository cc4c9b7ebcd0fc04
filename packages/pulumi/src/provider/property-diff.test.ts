import { unknownValue } from "@pulumi/pulumi/runtime/rpc.js";
import { expect, test } from "vitest";
import { diffProperties, hasUnknown } from "./property-diff.ts";

const roles = { updates: ["vaults"], replaces: ["name"] };

test("properties without a role never make a difference", () => {
  const diff = diffProperties({ name: "a", stack: "x" }, { name: "a", stack: "y" }, roles);
  expect(diff).toEqual({ changes: false, replaces: [] });
});

test("an update is a change, a replacement names its properties", () => {
  const olds = { name: "a", vaults: [{ id: "1" }] };
  expect(diffProperties(olds, { ...olds, vaults: [] }, roles)).toEqual({
    changes: true,
    replaces: [],
  });
  expect(diffProperties(olds, { ...olds, name: "b" }, roles)).toEqual({
    changes: true,
    replaces: ["name"],
  });
});

test("the order of keys makes no difference, the order of a list does", () => {
  const olds = {
    vaults: [
      { id: "1", key: "app" },
      { id: "2", key: "data" },
    ],
  };
  const sameKeys = {
    vaults: [
      { key: "app", id: "1" },
      { key: "data", id: "2" },
    ],
  };
  expect(diffProperties(olds, sameKeys, roles).changes).toBe(false);
  expect(diffProperties(olds, { vaults: olds.vaults.toReversed() }, roles).changes).toBe(true);
});

test("a value that is not known yet counts as changed, however deep it lies", () => {
  const news = { vaults: [{ id: unknownValue }] };
  expect(diffProperties({ vaults: [{ id: "1" }] }, news, roles).changes).toBe(true);
  expect(hasUnknown(news)).toBe(true);
  expect(hasUnknown({ vaults: [{ id: "1" }] })).toBe(false);
});
