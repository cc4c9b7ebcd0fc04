import { describe, expect, test } from "vitest";
import { awaitArrival, observeArrival } from "./arrival.ts";

const needed = { namespace: "app", name: "db", keys: ["password"] };
const patience = { pollMs: 1, askMs: 2, limitMs: 5_000 };
const ready = { type: "Ready", status: "True" };

/** A look at the cluster: what the operator says of the item, and what is known of the Secret. */
interface Look {
  readonly condition?: object;
  readonly keys?: readonly string[];
  readonly source?: string;
}

/** A cluster that looks like this, one after the other with each look. */
function clusterOf(...looks: readonly Look[]) {
  let seen = -1;
  let asked = 0;
  const now = (): Look => looks[Math.min(seen, looks.length - 1)] ?? {};
  const metadata = { ...needed, uid: "uid", resourceVersion: "1" };
  return {
    asked: () => asked,
    async readItem() {
      seen += 1;
      const { condition } = now();
      return { metadata, status: { conditions: condition ? [condition] : [] } };
    },
    async readSecretMetadata() {
      const { keys, source = "vaults/a/items/b" } = now();
      if (keys === undefined) return undefined;
      const annotations = {
        "operator.1password.io/item-path": source,
        "operator.1password.io/item-version": "3",
      };
      const data = Object.fromEntries([".", ...keys.map((key) => `f:${key}`)].map((k) => [k, {}]));
      return {
        metadata: { ...metadata, annotations, managedFields: [{ fieldsV1: { "f:data": data } }] },
      };
    },
    async patchItem() {
      asked += 1;
      return "patched" as never;
    },
  };
}

const wait = (cluster: ReturnType<typeof clusterOf>, change: object = {}) =>
  awaitArrival(cluster, { ...needed, ...change }, patience);

test("it ends with the Secret, its keys and the version of its item", async () => {
  const written = { condition: ready, keys: ["username", "password"] };
  expect(await wait(clusterOf({}, { condition: ready }, written))).toEqual({
    keys: ["password", "username"],
    version: "3",
    source: "vaults/a/items/b",
  });
});

test("what there is can be looked at without waiting", async () => {
  const look = (written: Look) => observeArrival(clusterOf(written), needed);
  expect(await look({ keys: ["username"] })).toEqual({
    keys: ["username"],
    version: "3",
    source: "vaults/a/items/b",
  });
  expect(await look({})).toBeUndefined();
  expect(await look({ keys: ["username"], source: "" })).toBeUndefined();
});

test("no key is needed where the list is empty", async () => {
  expect(await wait(clusterOf({ condition: ready, keys: [] }), { keys: [] })).toMatchObject({
    keys: [],
  });
});

test("a Secret of the former item does not count, unless nothing else comes", async () => {
  const former = { condition: ready, keys: ["password"], source: "vaults/a/items/old" };
  const next = { ...former, source: "vaults/a/items/new" };
  const change = { formerSource: former.source };
  expect(await wait(clusterOf(former, former, next), change)).toMatchObject({
    source: next.source,
  });
  expect(await wait(clusterOf(former), change)).toMatchObject({ source: former.source });
});

test("an operator that fails is asked again, and its last word is the error's", async () => {
  const failed = { condition: { type: "Ready", status: "False", message: "status 401: no" } };
  const cluster = clusterOf(failed);
  const waiting = awaitArrival(cluster, needed, { ...patience, limitMs: 40 });
  await expect(waiting).rejects.toThrow(
    /Secret app\/db is not there with password\. The operator says: status 401: no.*CLUSTER_ITEM_NOT_READY/s,
  );
  expect(cluster.asked()).toBeGreaterThan(0);
});

describe("it does not wait for what will not come:", () => {
  test("an item that 1Password does not have", async () => {
    const message = 'no items found with identifier "x" in vault "a"';
    const cluster = clusterOf({ condition: { type: "Ready", status: "False", message } });
    await expect(wait(cluster)).rejects.toThrow("no items found");
  });

  test("a key that the item has no field for", async () => {
    const cluster = clusterOf({ condition: ready, keys: ["user"] });
    await expect(wait(cluster)).rejects.toThrow("The Secret app/db lacks password; it has user.");
  });
});
