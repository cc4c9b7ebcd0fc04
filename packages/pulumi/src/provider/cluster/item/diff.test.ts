import { describe, expect, test } from "vitest";
import { diffItem } from "./diff.ts";

const state = {
  clusterUid: "cluster",
  namespace: "app",
  name: "db",
  itemPath: "vaults/a/items/b",
  type: "Opaque",
  labels: { "opconnect/credentials": "one" },
  adopt: false,
  stack: "client/acme-prod",
  holder: "holder",
  uid: "uid",
  claim: "claim",
};
const { uid: _, claim: __, ...inputs } = state;
const found = { uid: "uid", claims: ["claim", "another"] };

test("an item is as it was, also where another resource of the stack holds it too", () => {
  expect(diffItem(state, { ...inputs, found })).toMatchObject({ changes: false });
  expect(diffItem(state, inputs)).toMatchObject({ changes: false });
});

test("a word on restarts, another one, and none any more are changes in place", () => {
  for (const [before, after] of [
    [undefined, true],
    [true, false],
    [false, undefined],
  ]) {
    const olds = { ...state, autoRestart: before };
    expect(diffItem(olds, { ...inputs, found, autoRestart: after })).toMatchObject({
      changes: true,
      replaces: [],
    });
  }
});

test("another stack or permission to take over is no change of the item", () => {
  const news = { ...inputs, found, stack: "other", adopt: true };
  expect(diffItem(state, news)).toMatchObject({ changes: false });
});

test("an item that is moved with an alias is noted under its new name, where it has one", () => {
  const news = { ...inputs, found, holder: "other" };
  expect(diffItem(state, news)).toMatchObject({ changes: true, replaces: [] });
  const { holder: _, ...former } = state;
  expect(diffItem(former, news)).toMatchObject({ changes: false });
});

test.each([
  ["gone", { claims: [], drift: "the OnePasswordItem is gone" }],
  ["another", { ...found, uid: "other" }],
  ["held by others alone", { ...found, claims: ["another"] }],
  ["without its Secret", { ...found, drift: "the Secret is gone" }],
])("an item that is %s shows as a change", (__, seen) => {
  expect(diffItem(state, { ...inputs, found: seen })).toMatchObject({
    changes: true,
    replaces: [],
  });
});

test("another type goes before the new one is made, another place after", () => {
  expect(diffItem(state, { ...inputs, type: "kubernetes.io/tls" })).toMatchObject({
    replaces: ["type"],
    deleteBeforeReplace: true,
  });
  expect(diffItem(state, { ...inputs, type: "kubernetes.io/tls", namespace: "web" })).toMatchObject(
    { replaces: ["namespace", "type"], deleteBeforeReplace: false },
  );
});

describe("what an earlier release recorded, as an object of the Kubernetes provider", () => {
  const before = {
    apiVersion: "onepassword.com/v1",
    kind: "OnePasswordItem",
    metadata: { namespace: "app", name: "db", uid: "uid", labels: state.labels },
    spec: { itemPath: "vaults/a/items/b" },
  };

  test("is updated in its place", () => {
    expect(diffItem(before, { ...inputs, found })).toMatchObject({ changes: true, replaces: [] });
  });

  test("is replaced where it moves or gets another type", () => {
    expect(diffItem(before, { ...inputs, namespace: "web" }).replaces).toEqual(["namespace"]);
    expect(diffItem(before, { ...inputs, type: "x" })).toMatchObject({
      replaces: ["type"],
      deleteBeforeReplace: true,
    });
  });
});
