import { expect, test } from "vitest";
import { type PropertyMap, secretValue, textAt, unknownValue } from "../../property-value.ts";
import { type Cluster, clusterSettings } from "../cluster.ts";
import type { ApiResource } from "../discovery.ts";
import { checkObject } from "./check.ts";

const seed = new Uint8Array([1, 2, 3]);

function check(type: string, inputs: PropertyMap, old?: PropertyMap) {
  const urn = `urn:pulumi:stack::project::${type}::settings`;
  const request = {
    urn,
    type,
    name: "settings",
    inputs,
    old,
    randomSeed: seed,
    autonaming: undefined,
  };
  return checkObject(fixtureCluster("team"), request);
}

test("an object without a name gets one of its own, and keeps it", async () => {
  const { inputs } = await check("kubernetes:core/v1:ConfigMap", { data: { a: "b" } });
  expect(textAt(inputs, "metadata", "name")).toMatch(/^settings-[0-9a-f]{8}$/);
  const again = await check("kubernetes:core/v1:ConfigMap", { data: { a: "c" } }, inputs);
  expect(again.inputs.metadata).toEqual(inputs.metadata);
});

test("kind, API version and namespace are filled in", async () => {
  const { inputs } = await check("kubernetes:core/v1:ConfigMap", { metadata: { name: "a" } });
  expect(inputs).toEqual({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "a", namespace: "team" },
  });
});

test("a kind without namespaces gets none", async () => {
  const { inputs } = await check("kubernetes:core/v1:Namespace", { metadata: { name: "a" } });
  expect(inputs.metadata).toEqual({ name: "a" });
});

test("a custom resource whose definition is yet to come is taken to be namespaced", async () => {
  const type = "kubernetes:onepassword.com/v1:OnePasswordItem";
  const { inputs } = await check(type, { metadata: { name: "db" } });
  expect(inputs.metadata).toEqual({ name: "db", namespace: "team" });
});

test("an unknown name stays unknown", async () => {
  const metadata = { name: unknownValue, namespace: "app" };
  const { inputs } = await check("kubernetes:core/v1:ConfigMap", { metadata });
  expect(inputs.metadata).toEqual(metadata);
});

test("the content of a Secret is secret even if no mark says so", async () => {
  const metadata = { name: "a", namespace: "b" };
  const { inputs } = await check("kubernetes:core/v1:Secret", {
    metadata,
    stringData: { token: "fixture-token" },
  });
  expect(inputs.stringData).toEqual(secretValue({ token: "fixture-token" }));
});

test("nulls and metadata of the API server are dropped", async () => {
  const metadata = { name: "a", namespace: "b", creationTimestamp: null, uid: "c" };
  const { inputs } = await check("kubernetes:core/v1:ConfigMap", { metadata, data: null });
  expect(inputs).toEqual({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "a", namespace: "b" },
  });
});

test.each([
  ["kubernetes:core/v1:Wonder", "has no Wonder in v1"],
  ["kubernetes:core/v1:SecretList", "has no kubernetes:core/v1:SecretList"],
  ["kubernetes:helm.sh/v3:Release", "has no kubernetes:helm.sh/v3:Release"],
  ["kubernetes:yaml/v2:ConfigFile", "has no kubernetes:yaml/v2:ConfigFile"],
])("%s is refused", async (type, message) => {
  await expect(check(type, { metadata: { name: "a" } })).rejects.toThrow(message);
});

/** A cluster that serves a few kinds and answers no request. */
function fixtureCluster(namespace = "default"): Cluster {
  const kinds: readonly ApiResource[] = [
    { apiVersion: "v1", kind: "Secret", plural: "secrets", namespaced: true },
    { apiVersion: "v1", kind: "ConfigMap", plural: "configmaps", namespaced: true },
    { apiVersion: "v1", kind: "Namespace", plural: "namespaces", namespaced: false },
  ];
  return {
    settings: clusterSettings({}),
    cancelled: new AbortController().signal,
    namespace,
    unreachable: undefined,
    connection: {
      version: "v1.36.3",
      api: { request: () => Promise.reject(new Error("The fixture cluster answers nothing.")) },
      discovery: {
        find: async (apiVersion, kind) =>
          kinds.find((served) => served.apiVersion === apiVersion && served.kind === kind),
      },
    },
  };
}
