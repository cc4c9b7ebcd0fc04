import { ConnectError } from "@opconnect/core";
import { beforeEach, describe, expect, test } from "vitest";
import { serverRequest as request } from "../../fixtures/data/server-request.ts";
import { createMemoryOp, type MemoryOp } from "../../fixtures/fakes/memory-op.ts";
import { createMemoryStore, type MemoryStore } from "../../fixtures/fakes/memory-store.ts";
import { deleteServer } from "../server/delete.ts";
import { ensureServer } from "../server/ensure.ts";
import { followHolder } from "./follow-holder.ts";

let op: MemoryOp;
let store: MemoryStore;
let systems: { op: MemoryOp; store: MemoryStore };

beforeEach(() => {
  op = createMemoryOp();
  store = createMemoryStore();
  systems = { op, store };
});

const isAlive = (serverId: string) =>
  op.servers.some(({ id, state }) => id === serverId && state === "ACTIVE");
const holderTags = () =>
  Object.entries(store.secrets.get(request.secretId)?.tags ?? {}).filter(([key]) =>
    /^opconnect:(holder-|claim)/.test(key),
  );

type Made = Awaited<ReturnType<typeof ensureServer>> & { readonly holder?: string | undefined };

async function made(holder: string | undefined, change: object = {}): Promise<Made> {
  return { ...(await ensureServer({ ...request, holder, ...change }, systems)), holder };
}

async function gone({ serverId, holder, claim }: Made) {
  return deleteServer({ ...request, serverId, holder, claim }, systems);
}

test("a resource that adopted what another has does not take it along, nor does that one", async () => {
  const first = await made("first");
  const moved = await made("moved");
  expect(moved.serverId).toBe(first.serverId);
  // Taken back: the move failed before the former resource was deleted.
  expect(await gone(moved)).toEqual({ outcome: "kept", others: ["first"] });
  expect(isAlive(first.serverId)).toBe(true);
  // And this time it succeeds.
  const again = await made("moved");
  expect(await gone(first)).toEqual({ outcome: "kept", others: ["moved"] });
  // Moved back.
  const back = await made("first");
  expect(await gone(again)).toEqual({ outcome: "kept", others: ["first"] });
  expect(isAlive(first.serverId)).toBe(true);
  expect(await gone(back)).toEqual({ outcome: "deleted" });
  expect(isAlive(first.serverId)).toBe(false);
  expect(holderTags()).toEqual([]);
});

test("a resource that is moved with an alias has it once, and its state may be lost then", async () => {
  const { serverId, claim = "" } = await made("first");
  await followHolder(request.secretId, { holder: "moved", claim }, systems);
  expect(holderTags()).toHaveLength(1);
  const found = await made("moved");
  expect(await gone({ ...found, serverId })).toEqual({ outcome: "deleted" });
});

test("a resource whose move with an alias was cut short, and taken back, has it alone", async () => {
  const first = await made("first");
  const moved = { holder: "moved", claim: first.claim ?? "" };
  await followHolder(request.secretId, moved, systems);
  expect(await gone(first)).toEqual({ outcome: "deleted" });
});

test("who has what another resource has too leaves it that when it is moved with an alias", async () => {
  await made("other");
  const first = await made("first");
  const moved = { holder: "moved", claim: first.claim ?? "" };
  await followHolder(request.secretId, moved, systems);
  expect(await gone({ ...first, ...moved })).toEqual({ outcome: "kept", others: ["other"] });
});

test("two resources that go together take it along", async () => {
  const [first, second] = [await made("first"), await made("second")];
  expect(await gone(first)).toMatchObject({ outcome: "kept" });
  expect(await gone(second)).toEqual({ outcome: "deleted" });
});

test("a resource whose state was lost has it once, and takes it along", async () => {
  const lost = await made("first");
  const found = await made("first");
  expect(found.serverId).toBe(lost.serverId);
  expect(holderTags()).toHaveLength(1);
  expect(await gone(lost)).toEqual({ outcome: "kept", others: [] });
  expect(await gone(found)).toEqual({ outcome: "deleted" });
});

test("what only the store still knew goes once it is not used any more", async () => {
  const lost = await made("first");
  const next = await made("first", { revision: 2 });
  expect(isAlive(lost.serverId)).toBe(true);
  const again = { ...request, holder: "first", revision: 2, serverId: next.serverId };
  const requireUnused = async () => {
    throw new ConnectError("CREDENTIALS_IN_USE", "It is used.", "");
  };
  await ensureServer({ ...again, requireUnused }, systems);
  expect(isAlive(lost.serverId)).toBe(true);
  await ensureServer(again, systems);
  expect(isAlive(lost.serverId)).toBe(false);
  expect(isAlive(next.serverId)).toBe(true);
});

test("what only the store still knew goes with what the state knew, when that is replaced", async () => {
  const known = await made("first");
  const cutShort = await made("first", {
    rotation: { of: known.serverId },
    replaces: known.serverId,
  });
  const next = await made("first", { revision: 2, replaces: known.serverId });
  expect(await gone(known)).toEqual({ outcome: "deleted" });
  expect(isAlive(cutShort.serverId)).toBe(false);
  expect(isAlive(next.serverId)).toBe(true);
});

test("who had the server before does not have the one that takes its place", async () => {
  const first = await made("first");
  await made("second");
  const replaced = { of: first.serverId };
  const next = await made("first", { rotation: replaced });
  expect(next.serverId).not.toBe(first.serverId);
  expect(holderTags()).toEqual([[expect.any(String), `${next.claim} first`]]);
  expect(await gone(first)).toEqual({ outcome: "deleted" });
  expect(isAlive(next.serverId)).toBe(true);
  expect(await gone(next)).toEqual({ outcome: "deleted" });
});

test("the holders of a server come back with it where the next one could not be stored", async () => {
  const first = await made("first");
  const before = holderTags();
  store.failures.set("write", new ConnectError("STORE_FAILED", "No.", "Try again."));
  await expect(made("second", { rotation: { of: first.serverId } })).rejects.toThrow();
  expect(holderTags()).toEqual(before);
  expect(await gone(first)).toEqual({ outcome: "deleted" });
});

test("a runner that may only read adopts it, and leaves it to those that are noted", async () => {
  const first = await made("first");
  store.failures.set("tag", new ConnectError("STORE_ACCESS_DENIED", "No.", "Allow it."));
  const read = await made("second");
  expect(read).toMatchObject({ serverId: first.serverId, adopted: true });
  expect(read).not.toHaveProperty("claim");
  expect(await gone(read)).toEqual({ outcome: "kept", others: ["first"] });
  expect(await gone(first)).toEqual({ outcome: "deleted" });
});

test("more holders than tags can list are refused, with their names", async () => {
  for (let count = 1; count <= 8; count++) await made(`holder ${count}`);
  await expect(made("one more")).rejects.toMatchObject({
    code: "STORE_CONTENT_INVALID",
    happened: expect.stringContaining("holder 1"),
  });
  // One of those that are there may come again.
  expect(await made("holder 3")).toMatchObject({ adopted: true });
});

test("nothing is changed where it must not go", async () => {
  const { serverId, holder, claim } = await made("first");
  const before = structuredClone([...store.secrets]);
  const requireUnused = async () => {
    throw new ConnectError("CLUSTER_UNREACHABLE", "No.", "Try again.");
  };
  const deletion = { ...request, serverId, holder, claim, requireUnused };
  await expect(deleteServer(deletion, systems)).rejects.toMatchObject({
    code: "CLUSTER_UNREACHABLE",
  });
  expect(isAlive(serverId)).toBe(true);
  expect([...store.secrets]).toEqual(before);
});

describe("a server of a release that noted no holders", () => {
  test("goes with its resource", async () => {
    expect(await gone(await made(undefined))).toEqual({ outcome: "deleted" });
  });

  test("is not for a resource to delete that adopted it", async () => {
    const former = await made(undefined);
    const adopter = await made("moved");
    expect(await gone(adopter)).toMatchObject({ outcome: "kept" });
    expect(await gone(former)).toEqual({ outcome: "deleted" });
  });

  test("outlives its resource where another one adopted it", async () => {
    const former = await made(undefined);
    const adopter = await made("moved");
    expect(await gone(former)).toEqual({ outcome: "kept", others: ["moved"] });
    expect(await gone(adopter)).toEqual({ outcome: "deleted" });
  });

  test("is the last adopter's by its one claim", async () => {
    const first = await made(undefined);
    const tagged = store.secrets.get(request.secretId);
    if (tagged) tagged.tags["opconnect:claim"] = "former";
    expect(await gone(first)).toEqual({ outcome: "kept", others: [] });
    const adopter = { ...first, claim: "former" };
    const moved = await made("moved");
    expect(await gone(moved)).toMatchObject({ outcome: "kept" });
    expect(await gone(first)).toEqual({ outcome: "kept", others: [] });
    expect(await gone(adopter)).toEqual({ outcome: "deleted" });
  });
});
