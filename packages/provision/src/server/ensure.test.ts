import { ConnectError, fingerprint } from "@opconnect/core";
import { beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { fixtureId } from "../../fixtures/data/ids.ts";
import { app, serverRequest as request } from "../../fixtures/data/server-request.ts";
import { createMemoryOp, type MemoryOp } from "../../fixtures/fakes/memory-op.ts";
import { createMemoryStore, type MemoryStore } from "../../fixtures/fakes/memory-store.ts";
import { decodeStoreTags } from "../store/contract/value-tags.ts";
import { deleteServer } from "./delete.ts";
import { ensureServer } from "./ensure.ts";

let op: MemoryOp;
let store: MemoryStore;
let systems: { op: MemoryOp; store: MemoryStore };

beforeEach(() => {
  op = createMemoryOp();
  store = createMemoryStore();
  systems = { op, store };
});

const storedTags = () => decodeStoreTags(store.secrets.get(request.secretId)?.tags ?? {});
const storedValue = () => store.secrets.get(request.secretId)?.value ?? "";
const liveServers = () => op.servers.filter(({ state }) => state === "ACTIVE");

test("a new server's credentials file is stored, described by its tags", async () => {
  const record = await ensureServer(request, systems);
  expect(liveServers()).toMatchObject([{ id: record.serverId, vaultIds: [app.id] }]);
  expect(record).toMatchObject({ adopted: false, fingerprint: fingerprint(storedValue()) });
  expect(storedTags()).toEqual({
    fingerprint: record.fingerprint,
    revision: 1,
    name: "acme-prod",
    serverId: record.serverId,
    mintedAt: expect.any(Date),
    vaults: [app],
  });
});

test.each([
  ["a higher revision", { revision: 2 }],
  ["another name", { name: "acme-production" }],
  ["a rotation of the first", { rotation: { of: fixtureId("server", 1) } }],
])(
  "with %s a second server is minted beside the first, and the first is deleted later",
  async (_, change) => {
    const first = await ensureServer(request, systems);
    const second = await ensureServer({ ...request, ...change }, systems);
    expect(second.adopted).toBe(false);
    expect(liveServers().map(({ id }) => id)).toEqual([first.serverId, second.serverId]);
    await deleteServer({ ...request, serverId: first.serverId }, systems);
    expect(liveServers().map(({ id }) => id)).toEqual([second.serverId]);
    const adopted = await ensureServer({ ...request, ...change }, systems);
    expect(adopted).toMatchObject({ serverId: second.serverId, adopted: true });
  },
);

test("a clock that is behind that of who minted the last server mints a later one", async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  onTestFinished(() => void vi.useRealTimers());
  const first = await ensureServer(request, systems);
  vi.setSystemTime(Date.now() - 86_400_000);
  const second = await ensureServer({ ...request, revision: 2 }, systems);
  expect(first.mintedAt?.getTime()).toBeLessThan(second.mintedAt?.getTime() ?? 0);
  expect(storedTags().mintedAt).toEqual(second.mintedAt);
});

test("a lower revision than the stored one is refused", async () => {
  await ensureServer({ ...request, revision: 3 }, systems);
  const ensuring = ensureServer(request, systems);
  await expect(ensuring).rejects.toThrow(/holds revision 3 .*`revision: 3`.*STORE_CONTENT_INVALID/);
  expect(op.servers).toHaveLength(1);
});

test("a server of our name that the store does not know is not doubled", async () => {
  const { id } = await op.createServer({ name: "acme-prod", vaultIds: [], knownIds: [] });
  const ensuring = ensureServer(request, systems);
  await expect(ensuring).rejects.toMatchObject({ code: "OP_NAME_TAKEN" });
  await expect(ensuring).rejects.toThrow(`\`op connect server delete ${id}\``);
  expect(op.servers).toHaveLength(1);
  expect(store.calls).not.toContain("tag");
});

test("a store that refuses to be written is noticed before op is asked to create anything", async () => {
  const denied = new ConnectError("STORE_ACCESS_DENIED", "Refused.", "Allow it.");
  store.failures.set("tag", denied);
  await expect(ensureServer(request, systems)).rejects.toBe(denied);
  expect(op.servers).toEqual([]);
});

test("a server whose credentials file cannot be stored is deleted again", async () => {
  const denied = new ConnectError("STORE_ACCESS_DENIED", "Refused.", "Allow it.");
  store.failures.set("write", denied);
  await expect(ensureServer(request, systems)).rejects.toBe(denied);
  expect(liveServers()).toEqual([]);
  expect(await ensureServer(request, systems)).toMatchObject({ adopted: false });
});

test("where a replacement cannot be stored, what it replaces stays in the store", async () => {
  const first = await ensureServer(request, systems);
  store.failures.set("write", new ConnectError("STORE_ACCESS_DENIED", "Refused.", "Allow it."));
  const second = { ...request, revision: 2 };
  await expect(ensureServer(second, systems)).rejects.toMatchObject({
    code: "STORE_ACCESS_DENIED",
  });
  expect(liveServers().map(({ id }) => id)).toEqual([first.serverId]);
  expect(await ensureServer(request, systems)).toMatchObject({ serverId: first.serverId });
  expect(storedTags().minting).toBeUndefined();
});

test("a value that was stored though the answer got lost is stored", async () => {
  const { write } = store;
  store.write = async (credential) => {
    await write(credential);
    throw new ConnectError("STORE_UNREACHABLE", "No answer.", "");
  };
  const record = await ensureServer(request, systems);
  expect(record).toMatchObject({ adopted: false, fingerprint: fingerprint(storedValue()) });
  expect(liveServers()).toHaveLength(1);
});

test("a server that can neither be stored nor deleted is named", async () => {
  store.failures.set("write", new ConnectError("STORE_UNREACHABLE", "Gone.", "Try again."));
  op.failures.set("deleteServer", new ConnectError("OP_TIMED_OUT", "Too slow.", ""));
  const ensuring = ensureServer(request, systems);
  await expect(ensuring).rejects.toMatchObject({ code: "STORE_UNREACHABLE" });
  await expect(ensuring).rejects.toThrow(`op connect server delete ${op.servers[0]?.id ?? "-"}`);
});

test("a minting that failed in op leaves no trace in the store", async () => {
  op.failures.set("createServer", new ConnectError("OP_CANNOT_MINT", "Not you.", "Ask."));
  await expect(ensureServer(request, systems)).rejects.toThrow(
    /Not you.*`pulumi up --stack acme-prod`/,
  );
  expect(storedTags()).toEqual({ vaults: [] });
});
