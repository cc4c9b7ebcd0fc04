import { ConnectError } from "@opconnect/core";
import { expect, test } from "vitest";
import { readItems } from "./read-items.ts";

const names = ["db", "cache", "gone"];
const metadata = (name: string) => ({ metadata: { name, uid: name, resourceVersion: "1" } });
const there = ["db", "cache", "another's"].map(metadata);

/** A cluster with some items, each with its Secret, that notes what it is asked. */
function clusterThat(mayList: boolean) {
  const asked: string[] = [];
  const list = (what: string) => async () => {
    asked.push(`list ${what}`);
    if (!mayList) throw new ConnectError("CLUSTER_ACCESS_DENIED", "It may not list.", "Allow it.");
    return there;
  };
  const read =
    (what: string) =>
    async ({ name }: { readonly name: string }) => {
      asked.push(`read ${what} ${name}`);
      return there.find((each) => each.metadata.name === name);
    };
  return {
    asked,
    listItems: list("items"),
    listSecretMetadata: list("Secrets"),
    readItem: read("item"),
    readSecretMetadata: read("Secret"),
  };
}

async function read(cluster: ReturnType<typeof clusterThat>, of: readonly string[] = names) {
  const found = await readItems(cluster, "app", of);
  return [...found].map(([name, { object, secret }]) => [name, object?.metadata.uid, secret?.uid]);
}

const found = [
  ["db", "db", "db"],
  ["cache", "cache", "cache"],
  ["gone", undefined, undefined],
];

test("all items of a namespace are read with one list of items and one of Secrets", async () => {
  const cluster = clusterThat(true);
  expect(await read(cluster)).toEqual(found);
  expect(cluster.asked.sort()).toEqual(["list Secrets", "list items"]);
});

test("a single one is read by itself, as a namespace may have many", async () => {
  const cluster = clusterThat(true);
  expect(await read(cluster, ["db"])).toEqual([found[0]]);
  expect(cluster.asked.sort()).toEqual(["read Secret db", "read item db"]);
});

test("whoever may not list them reads one by one", async () => {
  const cluster = clusterThat(false);
  expect(await read(cluster)).toEqual(found);
  expect(cluster.asked.filter((request) => request.startsWith("read")).length).toBe(6);
});
