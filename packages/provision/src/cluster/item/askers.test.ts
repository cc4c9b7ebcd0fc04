import { expect, test } from "vitest";
import type { V1Deployment } from "../kubernetes-client.ts";
import { listDeploymentAskers, listItemAskers } from "./askers.ts";

const note = (name: string) => `operator.1password.io/item-${name}`;
const item = (name: string, more: object = {}) => ({
  metadata: { namespace: "app", name, uid: name, resourceVersion: "1", ...more },
  spec: { itemPath: "vaults/v/items/x" },
});
const deployment = (name: string, own?: object, pods?: object): V1Deployment => ({
  metadata: { namespace: "app", name, annotations: { ...own } },
  spec: { selector: {}, template: { metadata: { annotations: { ...pods } } } },
});

const api = (objects: readonly object[], asked: unknown[] = []) => ({
  async listItems(namespace?: string) {
    asked.push(namespace);
    return objects;
  },
  async listDeployments(namespace?: string) {
    asked.push(namespace);
    return objects as V1Deployment[];
  },
});

test("an item asks by its path, name and type, and says whose it is; one that goes asks no more", async () => {
  const objects = [
    item("own", { annotations: { "opconnect/stack": "client/prod" } }),
    { ...item("tls"), type: "kubernetes.io/tls", spec: undefined },
    item("going", { deletionTimestamp: "2026-11-30T00:00:00Z" }),
  ];
  const ask = { itemPath: "vaults/v/items/x", secretName: "own", type: "Opaque" };
  expect(await listItemAskers(api(objects))).toEqual([
    { kind: "OnePasswordItem", namespace: "app", name: "own", stack: "client/prod", asks: [ask] },
    {
      ...{ kind: "OnePasswordItem", namespace: "app", name: "tls", stack: undefined },
      asks: [{ itemPath: "", secretName: "tls", type: "kubernetes.io/tls" }],
    },
  ]);
});

test("a Deployment asks by the annotations on itself and on its pods, be it by one of them", async () => {
  const both = { [note("path")]: "vaults/v/items/x", [note("name")]: "db" };
  const objects = [
    deployment("plain", { team: "a" }),
    deployment("own", both),
    deployment("pods", both, { [note("name")]: "other" }),
  ];
  const asked: unknown[] = [];
  const found = await listDeploymentAskers(api(objects, asked), "app");
  expect(asked).toEqual(["app"]);
  const ask = { itemPath: "vaults/v/items/x", secretName: "db", type: "Opaque" };
  const byName = { itemPath: undefined, secretName: "other", type: "Opaque" };
  expect(found.map(({ name, asks }) => [name, asks])).toEqual([
    ["own", [ask]],
    ["pods", [ask, byName]],
  ]);
});
