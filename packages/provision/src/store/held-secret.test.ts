import { ConnectError } from "@opconnect/core";
import { beforeEach, describe, expect, test } from "vitest";
import { createMemoryStore, type MemoryStore } from "../../fixtures/fakes/memory-store.ts";
import { deleteHeldSecret, ensureHeldSecret } from "./held-secret.ts";

const name = "opconnect/acme/prod/credentials";
let store: MemoryStore;
let systems: { store: MemoryStore };

beforeEach(() => {
  store = createMemoryStore({ isStrict: true });
  systems = { store };
});

const isThere = () => store.secrets.has(name) && !store.deleted.has(name);
const made = (holder: string) => ensureHeldSecret({ name, holder }, systems);
const gone = (holder: string | undefined, claim?: string) =>
  deleteHeldSecret({ secretId: name, holder, claim }, systems);

test("a secret goes with the one resource that has it, and comes back with it", async () => {
  const { claim } = await made("first");
  expect(await gone("first", claim)).toEqual({ outcome: "deleted" });
  expect(isThere()).toBe(false);
  const restored = await made("first");
  expect(restored.outcome).toBe("restored");
  expect(await gone("first", restored.claim)).toEqual({ outcome: "deleted" });
});

test.each([
  ["the one that made it", "first", "second"],
  ["the one that found it", "second", "first"],
])("a secret outlives %s while another resource has it", async (_, former, other) => {
  const claims = new Map([
    ["first", (await made("first")).claim],
    ["second", (await made("second")).claim],
  ]);
  expect(await gone(former, claims.get(former))).toEqual({ outcome: "kept", others: [other] });
  expect(isThere()).toBe(true);
  expect(await gone(other, claims.get(other))).toEqual({ outcome: "deleted" });
  expect(isThere()).toBe(false);
});

test("a secret goes with a resource that was moved with an alias, and whose state was lost then", async () => {
  const { claim } = await made("first");
  await ensureHeldSecret({ name, holder: "moved", claim }, systems);
  const found = await made("moved");
  expect(await gone("moved", found.claim)).toEqual({ outcome: "deleted" });
});

test("a secret that comes back with another resource is that one's alone", async () => {
  const { claim } = await made("first");
  await gone("first", claim);
  const second = await made("second");
  expect(second.outcome).toBe("restored");
  expect(await gone("second", second.claim)).toEqual({ outcome: "deleted" });
});

test("of two resources that go at the same time, one takes the secret along", async () => {
  const [first, second] = [await made("first"), await made("second")];
  await Promise.all([gone("first", first.claim), gone("second", second.claim)]);
  expect(isThere()).toBe(false);
});

test("what was made again by the same resource is not for its former self to delete", async () => {
  const { claim } = await made("first");
  const again = await made("first");
  expect(await gone("first", claim)).toEqual({ outcome: "kept", others: [] });
  expect(await gone("first", again.claim)).toEqual({ outcome: "deleted" });
});

test("a creation that was cut short before its note is known by the next one", async () => {
  await made("first");
  const { claim } = await made("first");
  expect(await gone("first", claim)).toEqual({ outcome: "deleted" });
});

test("a secret that was there before us is given back, and no note stays", async () => {
  store.secrets.set(name, { tags: { team: "platform" } });
  const { claim } = await made("first");
  await gone("first", claim);
  expect(store.secrets.get(name)?.tags).toEqual({ team: "platform" });
});

test("a runner that may only read uses the secret, and notes nothing", async () => {
  await made("first");
  store.failures.set("tag", new ConnectError("STORE_ACCESS_DENIED", "No.", "Allow it."));
  const tags = store.secrets.get(name)?.tags;
  expect(await made("second")).toEqual({ secretId: name, outcome: "found", claim: undefined });
  expect(store.secrets.get(name)?.tags).toEqual(tags);
});

describe("a secret of a release that noted no holders", () => {
  beforeEach(async () => {
    await store.ensureSecret({ name });
  });

  test("goes with its resource", async () => {
    expect(await gone(undefined)).toEqual({ outcome: "deleted" });
  });

  test("is not for a resource to delete that adopted it", async () => {
    const { claim } = await made("second");
    expect(await gone("second", claim)).toMatchObject({ outcome: "kept" });
    expect(await gone(undefined)).toEqual({ outcome: "deleted" });
  });

  test("outlives its resource where another one adopted it", async () => {
    const { claim } = await made("second");
    expect(await gone(undefined)).toEqual({ outcome: "kept", others: ["second"] });
    expect(await gone("second", claim)).toEqual({ outcome: "deleted" });
  });
});
