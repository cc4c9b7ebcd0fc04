import fc from "fast-check";
import { expect, test } from "vitest";
import { compareValues } from "./property-changes.ts";
import { parsePath } from "./property-path.ts";

const secret = {
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  ciphertext: "[secret]",
};

test.each([
  ["a value that changes", { a: { b: 1 } }, { a: { b: 2 } }, ["a.b"]],
  ["one that comes, and one that goes", { a: 1 }, { b: 1 }, ["a", "b"]],
  ["each part of what is new", {}, { a: { b: 1, c: { d: 2 } } }, ["a.b", "a.c.d"]],
  ["what is empty", {}, { a: {} }, ["a"]],
  [
    "an element by its name",
    { l: [{ name: "x", v: 1 }] },
    { l: [{ name: "y" }, { name: "x", v: 2 }] },
    ["l.x.v", "l.y.name"],
  ],
  ["an element that is a name", { l: ["a", "b"] }, { l: ["b", "c"] }, ["l.a", "l.c"]],
  ["another order", { l: ["a", "b"] }, { l: ["b", "a"] }, ["l"]],
  ["an element by its place", { l: [1, 2] }, { l: [1, 3, 4] }, ["l.1", "l.2"]],
  ["a secret in the place of a value", { a: "plain" }, { a: secret }, ["a"]],
  ["a secret as one, not by its parts", {}, { a: secret }, ["a"]],
  [
    "a property without a value as none",
    { a: null, l: [{ name: "x", v: null }] },
    { l: [{ name: "x" }] },
    [],
  ],
  ["an element without a value as one", { l: [1] }, { l: [1, null] }, ["l.1"]],
  ["what is new, though nothing in it has a value", {}, { a: { b: null } }, ["a"]],
  ["the order of keys as nothing", { a: 1, b: 2 }, { b: 2, a: 1 }, []],
])("finds %s", (_, before, after, paths) => {
  const found = compareValues(before, after).map(({ path }) =>
    path.map((segment) => Object.values(segment)[0]).join("."),
  );
  expect(found.sort()).toEqual(paths);
});

test("there is a change exactly where two values differ", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (before, after) => {
      expect(compareValues(before, before)).toEqual([]);
      const isSame = JSON.stringify(sorted(before)) === JSON.stringify(sorted(after));
      expect(compareValues(before, after).length === 0).toBe(isSame);
    }),
    { numRuns: 2000 },
  );
});

function sorted(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(sorted);
  const entries = Object.entries(value)
    .filter(([, each]) => each !== null)
    .map(([key, each]) => [key, sorted(each)] as const);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

test.each([
  ["spec.containers[0].image", ["spec", "containers", 0, "image"]],
  ['metadata.labels["helm.sh/chart"]', ["metadata", "labels", "helm.sh/chart"]],
  ['tags["a \\"quoted\\" key"].x', ["tags", 'a \\"quoted\\" key', "x"]],
])("reads the path %s", (text, segments) => {
  expect(parsePath(text).map((segment) => Object.values(segment)[0])).toEqual(segments);
});
