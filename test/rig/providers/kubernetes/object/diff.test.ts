import { expect, test } from "vitest";
import { renderPath } from "../../property-diff.ts";
import type { PropertyMap } from "../../property-value.ts";
import { clusterSettings } from "../cluster.ts";
import { diffObject } from "./diff.ts";

function diff(
  kind: string,
  old: PropertyMap,
  wanted: PropertyMap,
  settings = {},
  { live = {}, ignoreChanges = [] }: { live?: PropertyMap; ignoreChanges?: string[] } = {},
) {
  const apiVersion = kind === "Deployment" ? "apps/v1" : "v1";
  const type = `kubernetes:${apiVersion.includes("/") ? apiVersion : "core/v1"}:${kind}`;
  const inputsOf = (inputs: PropertyMap) => ({ apiVersion, kind, metadata: named, ...inputs });
  return diffObject(clusterSettings(settings), {
    urn: `urn:pulumi:stack::project::${type}::a`,
    type,
    name: "a",
    id: "b/a",
    oldState: { ...inputsOf(old), ...live, __inputs: inputsOf(old) },
    inputs: inputsOf(wanted),
    ignoreChanges,
  });
}

const named = { name: "a", namespace: "b" };

test.each<[string, string, PropertyMap, PropertyMap, string, boolean]>([
  ["a rename", "ConfigMap", {}, { metadata: { ...named, name: "z" } }, "metadata.name", false],
  [
    "a move",
    "Namespace",
    {},
    { metadata: { ...named, namespace: "z" } },
    "metadata.namespace",
    false,
  ],
  [
    "another selector",
    "Deployment",
    { spec: { selector: { matchLabels: { app: "a" } } } },
    { spec: { selector: { matchLabels: { app: "b" } } } },
    "spec.selector.matchLabels.app",
    true,
  ],
  ["another Secret", "Secret", { data: { a: "MQ==" } }, { data: { a: "Mg==" } }, "data.a", true],
  ["other settings", "ConfigMap", { data: { a: "1" } }, { data: { a: "2" } }, "data.a", true],
])("%s replaces the object", (_, kind, old, wanted, path, deleteBeforeReplace) => {
  const result = diff(kind, old, wanted);
  const replaced = result.changes.filter(({ replaces }) => replaces);
  expect(replaced.map((change) => renderPath(change.path))).toEqual([path]);
  expect(result.deleteBeforeReplace).toBe(deleteBeforeReplace);
});

test.each<[string, string, PropertyMap, PropertyMap, object]>([
  ["a new image", "Deployment", { spec: { image: "a" } }, { spec: { image: "b" } }, {}],
  [
    "data of a Secret that the provider lets change",
    "Secret",
    { data: { a: "MQ==" } },
    { data: { a: "Mg==" } },
    { enableSecretMutable: "true" },
  ],
  ["a label", "Secret", {}, { metadata: { ...named, labels: { a: "b" } } }, {}],
])("%s is updated in place", (_, kind, old, wanted, settings) => {
  const { changes } = diff(kind, old, wanted, settings);
  expect(changes).toHaveLength(1);
  expect(changes[0]?.replaces).toBe(false);
});

test("an immutable Secret is replaced whatever the provider allows", () => {
  const old = { immutable: true, data: { a: "MQ==" } };
  const wanted = { immutable: true, data: { a: "Mg==" } };
  const { changes } = diff("Secret", old, wanted, { enableSecretMutable: "true" });
  expect(changes[0]?.replaces).toBe(true);
});

test("an object that was named for the user can exist twice, so the new one comes first", () => {
  const metadata = { ...named, annotations: { "pulumi.com/autonamed": "true" } };
  const result = diff("ConfigMap", { metadata, data: { a: "1" } }, { metadata, data: { a: "2" } });
  expect(result.deleteBeforeReplace).toBe(false);
});

test("what another manager changed until the object was last seen is a change back", () => {
  const inputs = { spec: { replicas: 1 } };
  const live = { spec: { replicas: 0, strategy: {} } };
  const { changes } = diff("Deployment", inputs, inputs, {}, { live });
  expect(changes.map(({ path }) => renderPath(path))).toEqual(["spec.replicas"]);
  const ignoreChanges = ["spec.replicas"];
  expect(diff("Deployment", inputs, inputs, {}, { live, ignoreChanges }).changes).toEqual([]);
});

test("a null says nothing", () => {
  expect(diff("ConfigMap", {}, { data: null }).changes).toEqual([]);
});
