import { expect, test } from "vitest";
import { diffProperties, renderPath } from "./property-diff.ts";

test("only what differs is listed, as deep as it can be compared", () => {
  const old = { spec: { replicas: 1, ports: [{ port: 80 }, { port: 81 }], kept: true }, gone: 1 };
  const wanted = { spec: { replicas: 2, ports: [{ port: 80 }], kept: true, added: {} } };
  expect(diffProperties(old, wanted)).toEqual([
    { path: ["spec", "replicas"], kind: "update" },
    { path: ["spec", "ports", 1], kind: "delete" },
    { path: ["spec", "added"], kind: "add" },
    { path: ["gone"], kind: "delete" },
  ]);
});

test("a value that changes its type is an update as a whole", () => {
  expect(diffProperties({ a: { b: 1 } }, { a: [1] })).toEqual([{ path: ["a"], kind: "update" }]);
});

test.each([
  [["spec", "ports", 0, "port"], "spec.ports[0].port"],
  [
    ["metadata", "annotations", "pulumi.com/skipAwait"],
    'metadata.annotations["pulumi.com/skipAwait"]',
  ],
  [["data", 'a"b.c'], 'data["a\\"b.c"]'],
])("the path %j reads %s", (path, text) => {
  expect(renderPath(path)).toBe(text);
});
