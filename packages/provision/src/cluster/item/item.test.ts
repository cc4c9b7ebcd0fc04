import { beforeEach, describe, expect, test } from "vitest";
import {
  createItemCluster,
  type FixtureItemCluster,
} from "../../../fixtures/fakes/item-cluster.ts";
import { applyItem, type ItemContent } from "./apply.ts";
import { askAgain } from "./ask-again.ts";
import { freeNamespaces } from "./free.ts";
import { observeItem } from "./observe.ts";
import { refusalOf } from "./refusal.ts";
import { releaseItem } from "./release.ts";

const patience = { graceMs: 20, pollMs: 1, namespaceMs: 5 };
const place = { namespace: "app", name: "db" };
const wanted: ItemContent = {
  ...place,
  stack: "client/acme-prod",
  itemPath: "vaults/a/items/b",
  type: "Opaque",
  labels: { "opconnect/credentials": "one" },
  holder: "first",
  claim: "first-1",
  adopt: false,
  rewrite: false,
};
const theirs = {
  metadata: { ...place, uid: "theirs", labels: { app: "theirs" } },
  type: "Opaque",
  data: { a: "b" },
};

let cluster: FixtureItemCluster;
beforeEach(() => {
  cluster = createItemCluster();
});

const apply = (change: Partial<ItemContent> = {}) =>
  applyItem(cluster, { ...wanted, ...change }, patience);

/** What the operator does with an item. */
function writeSecret(change: object = {}): void {
  const { uid, labels } = Object(cluster.item?.metadata);
  const ownerReferences =
    cluster.secret === undefined
      ? [{ apiVersion: "onepassword.com/v1", kind: "OnePasswordItem", name: "db", uid }]
      : [];
  cluster.secret = {
    ...cluster.secret,
    type: "Opaque",
    data: { password: "cA==" },
    metadata: {
      ...place,
      uid: cluster.secret?.metadata?.uid ?? "written",
      ownerReferences,
      labels,
      annotations: { "operator.1password.io/item-path": "vaults/a/items/b" },
      ...change,
    },
  };
  const conditions = [{ type: "Ready", status: "True" }];
  if (cluster.item !== undefined) cluster.item = { ...cluster.item, status: { conditions } };
}

async function release({ uid }: { readonly uid: string }, change: Partial<ItemContent> = {}) {
  return releaseItem(cluster, { ...wanted, ...change, uid }, patience);
}

describe("an item is written", () => {
  test("with marks by which it is known again, none of them a label", async () => {
    await apply();
    expect(cluster.item).toMatchObject({
      type: "Opaque",
      spec: { itemPath: "vaults/a/items/b" },
      metadata: {
        labels: { "opconnect/credentials": "one" },
        annotations: { "opconnect/stack": "client/acme-prod", "opconnect/claim.first": "first-1" },
      },
    });
  });

  test("with what it says on restarts, and without where it says nothing", async () => {
    const restart = "operator.1password.io/auto-restart";
    await apply({ autoRestart: false });
    expect(cluster.item).toMatchObject({ metadata: { annotations: { [restart]: "false" } } });
    const seen = () => observeItem(cluster, wanted);
    expect((await seen()).known?.autoRestart).toBe(false);
    await apply();
    expect((await seen()).known?.autoRestart).toBeUndefined();
  });

  test("over one of this stack that its state has lost", async () => {
    const { uid } = await apply();
    expect(await apply({ claim: "first-2" })).toMatchObject({ uid });
  });

  test("over one of an earlier release, by label and path, and takes its fields over", async () => {
    const managedFields = [{ manager: "pulumi-kubernetes-1234", operation: "Apply" }];
    const labels = { "opconnect/credentials": "one" };
    const metadata = { ...place, uid: "before", resourceVersion: "x", labels, managedFields };
    cluster.item = { metadata, spec: { itemPath: "vaults/a/items/b" } };
    expect(await apply()).toMatchObject({ uid: "before" });
    cluster.item = { metadata, spec: { itemPath: "vaults/a/items/other" } };
    await expect(apply()).rejects.toMatchObject({ code: "CLUSTER_OBJECT_FOREIGN" });
  });

  test("but not over one of another stack, nor over a Secret of others", async () => {
    await apply();
    await expect(apply({ stack: "client/globex" })).rejects.toMatchObject({
      code: "CLUSTER_OBJECT_FOREIGN",
    });
    cluster.item = undefined;
    cluster.secret = theirs;
    await expect(apply()).rejects.toMatchObject({ code: "CLUSTER_SECRET_FOREIGN" });
    expect(cluster).toMatchObject({ item: undefined, secret: theirs });
  });

  test("never over credentials of ours, on purpose or not", async () => {
    const labels = { "app.kubernetes.io/managed-by": "opconnect" };
    cluster.secret = { ...theirs, metadata: { ...theirs.metadata, labels } };
    await expect(apply({ adopt: true })).rejects.toThrow("holds credentials of opconnect");
  });

  test("in place of one that is being deleted, which is released before", async () => {
    const { uid } = await apply();
    writeSecret();
    cluster.operatorWorks = false;
    await cluster.deleteItem(place, {
      uid,
      resourceVersion: String(cluster.item?.metadata.resourceVersion),
    });
    const again = await apply();
    expect(again).toMatchObject({ release: "forced" });
    expect(again.uid).not.toBe(uid);
    expect(cluster.secret).toBeUndefined();
  });

  test("over what an item left behind that is gone", async () => {
    await apply();
    writeSecret();
    cluster.item = undefined;
    await apply();
    expect(cluster.secret).toBeUndefined();
  });

  test.each(["missing", "leaving"] as const)("not where the namespace is %s", async (namespace) => {
    cluster.namespace = namespace;
    await expect(apply()).rejects.toMatchObject({ code: "CLUSTER_NAMESPACE_MISSING" });
  });
});

describe("an item goes", () => {
  test("with its Secret, by the operator", async () => {
    const known = await apply();
    writeSecret();
    expect(await release(known)).toBe("deleted");
    expect(cluster).toMatchObject({ item: undefined, secret: undefined });
    expect(await release(known)).toBe("deleted");
  });

  test("with its Secret, without the operator", async () => {
    const known = await apply();
    writeSecret();
    cluster.operatorWorks = false;
    expect(await release(known)).toBe("forced");
    expect(cluster).toMatchObject({ item: undefined, secret: undefined });
  });

  test("with its Secret, where a person has taken the item away past the operator", async () => {
    const known = await apply();
    writeSecret();
    cluster.item = undefined;
    expect(await release(known)).toBe("deleted");
    expect(cluster.secret).toBeUndefined();
  });

  test("unless it is another of the same name", async () => {
    const known = await apply();
    cluster.item = undefined;
    await apply();
    expect(await release(known)).toBe("deleted");
    expect(cluster.item).toBeDefined();
  });

  test("but not while another resource of the stack holds it, whichever came first", async () => {
    const known = await apply();
    await apply({ holder: "second", claim: "second-1" });
    expect(await release(known, { holder: "second", claim: "second-1" })).toBe("kept");
    await apply({ holder: "second", claim: "second-2" });
    expect(await release(known)).toBe("kept");
    expect(cluster.item).toBeDefined();
    expect(await release(known, { holder: "second", claim: "second-2" })).toBe("deleted");
    expect(cluster.item).toBeUndefined();
  });

  test("also where its resource was moved with an alias, and its state lost then", async () => {
    const { uid } = await apply();
    await apply({ holder: "moved" });
    await apply({ holder: "moved", claim: "moved-1" });
    expect(await release({ uid }, { holder: "moved", claim: "moved-1" })).toBe("deleted");
    expect(cluster.item).toBeUndefined();
  });

  test("also where such a move was cut short, and taken back", async () => {
    const { uid } = await apply();
    await apply({ holder: "moved" });
    expect(await release({ uid })).toBe("deleted");
    expect(cluster.item).toBeUndefined();
  });

  test("but not for a generation that was replaced by another of the same resource", async () => {
    const known = await apply();
    await apply({ claim: "first-2" });
    expect(await release(known)).toBe("kept");
    expect(await release(known, { claim: "first-2" })).toBe("deleted");
  });

  test.each([
    ["deletes it", { deleteItem: async () => "conflict" }, {}],
    [
      "takes its marks off",
      { patchItem: async () => "conflict" },
      { holder: "second", claim: "2" },
    ],
  ] as const)("or is given up where it changes whenever one %s", async (_, restless, other) => {
    const { uid } = await apply();
    if ("holder" in other) await apply(other);
    Object.assign(cluster, restless);
    await expect(release({ uid })).rejects.toMatchObject({ code: "CLUSTER_FAILED" });
    await expect(release({ uid })).rejects.toThrow("changed each time");
  });

  test("and leaves alone a finalizer of others, which it names", async () => {
    const known = await apply();
    cluster.operatorWorks = false;
    const finalizers = ["onepassword.com/finalizer.secret", "theirs"];
    cluster.item = { metadata: { ...cluster.item?.metadata, finalizers } };
    await expect(release(known)).rejects.toThrow("its finalizers are theirs");
  });
});

describe("a namespace that is being deleted", () => {
  const free = (namespaces: readonly string[]) => freeNamespaces(cluster, namespaces, patience);

  test.each([
    ["named", ["app"]],
    ["of all", []],
  ])("comes free of its items: %s", async (_, names) => {
    await apply();
    writeSecret();
    const metadata = { ...cluster.item?.metadata, deletionTimestamp: "2026-01-01T00:00:00Z" };
    cluster.item = { metadata };
    cluster.operatorWorks = false;
    cluster.namespace = "leaving";
    expect(await free(names)).toEqual(["app/db"]);
    expect(cluster).toMatchObject({ item: undefined, secret: undefined });
    expect(await free(names)).toEqual([]);
  });

  test("is the only one that items are taken out of", async () => {
    await apply();
    for (const namespace of ["there", "missing"] as const) {
      cluster.namespace = namespace;
      expect(await free(["app"])).toEqual([]);
    }
    expect(cluster.item).toBeDefined();
  });
});

test("an operator is asked again by a change that only it sees", async () => {
  const { uid } = await apply();
  const before = Object(cluster.item?.metadata).resourceVersion;
  await askAgain(cluster, place);
  expect(cluster.item?.metadata).toMatchObject({
    uid,
    annotations: {
      "opconnect/asked-at": expect.stringMatching(/^\d{4}-/),
      "opconnect/claim.first": "first-1",
    },
  });
  expect(Object(cluster.item?.metadata).resourceVersion).not.toBe(before);
  cluster.item = { metadata: { ...place, uid: "bare", resourceVersion: "x" } };
  await askAgain(cluster, place);
  expect(cluster.item.metadata).toHaveProperty(["annotations", "opconnect/asked-at"]);
  cluster.item = undefined;
  await askAgain(cluster, place);
  expect(cluster.item).toBeUndefined();
});

describe("what was there before", () => {
  test.each([true, false])("a Secret stays, with an operator: %s", async (operatorWorks) => {
    cluster.secret = theirs;
    cluster.operatorWorks = operatorWorks;
    const known = await apply({ adopt: true });
    expect(cluster.secret?.metadata?.annotations).toEqual({
      "operator.1password.io/item-path": "",
    });
    writeSecret();
    await apply();
    expect(await release(known)).toBe("given back");
    expect(cluster.item).toBeUndefined();
    expect(cluster.secret).toMatchObject({ data: { password: "cA==" } });
    expect(cluster.secret?.metadata?.annotations).toEqual({});
    expect(cluster.secret?.metadata?.labels).toEqual({});
  });

  test("an item stays, without our marks", async () => {
    cluster.item = { metadata: { ...place, uid: "theirs", resourceVersion: "x" } };
    const known = await apply({ adopt: true });
    expect(await release(known)).toBe("given back");
    expect(cluster.item).toMatchObject({ metadata: { uid: "theirs", annotations: {} } });
  });

  test("a Secret that the operator has not written stays too, though the operator deletes it", async () => {
    const known = await apply();
    cluster.secret = theirs;
    expect(await release(known)).toBe("given back");
    expect(cluster.secret).toMatchObject({
      data: { a: "b" },
      metadata: { labels: { app: "theirs" } },
    });
  });
});

describe("a look says", () => {
  const look = async () => observeItem(cluster, wanted);

  test("whose item and Secret are", async () => {
    expect(await look()).toMatchObject({ item: "gone", secret: "awaited", namespace: "there" });
    cluster.secret = theirs;
    expect(await look()).toMatchObject({ item: "gone", secret: "foreign" });
    cluster.secret = undefined;
    const { uid } = await apply();
    expect(await look()).toMatchObject({ item: "ours", secret: "awaited", claims: ["first-1"] });
    writeSecret();
    expect(await look()).toMatchObject({ item: "ours", secret: "item's", known: { uid } });
    cluster.secret = undefined;
    expect(await look()).toMatchObject({ secret: "missing" });
    expect(await observeItem(cluster, { ...wanted, stack: "other" })).toMatchObject({
      item: "foreign",
      claims: [],
    });
  });

  test("that nothing speaks against a name that is free, ours, or taken over on purpose", () => {
    const refused = (item: "gone" | "foreign", secret: "awaited" | "foreign", adopt: boolean) =>
      refusalOf({ item, secret }, { ...place, adopt })?.code;
    expect(refused("gone", "awaited", false)).toBeUndefined();
    expect(refused("gone", "foreign", false)).toBe("CLUSTER_SECRET_FOREIGN");
    expect(refused("foreign", "foreign", false)).toBe("CLUSTER_OBJECT_FOREIGN");
    expect(refused("foreign", "foreign", true)).toBeUndefined();
  });
});
