import { expect, test } from "vitest";
import { orderObjects } from "./order.ts";

const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: "team" } };
const definition = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  spec: { group: "example.com", names: { kind: "Item" }, versions: [{ name: "v1" }] },
};
const item = {
  apiVersion: "example.com/v1",
  kind: "Item",
  metadata: { name: "a", namespace: "team" },
};
const role = { apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole" };

test("definitions and namespaces come before what needs them", () => {
  const ordered = orderObjects([item, role, definition, namespace]);
  expect(ordered.map(({ object }) => object.kind)).toEqual([
    "ClusterRole",
    "CustomResourceDefinition",
    "Namespace",
    "Item",
  ]);
  expect(ordered.find(({ object }) => object === item)?.dependsOn).toEqual([definition, namespace]);
});

test("nothing else waits for anything", () => {
  const ordered = orderObjects([role, definition, namespace]);
  expect(ordered.flatMap(({ dependsOn }) => dependsOn)).toEqual([]);
});
