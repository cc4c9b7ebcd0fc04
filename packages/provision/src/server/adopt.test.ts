import { ConnectError, fingerprint } from "@opconnect/core";
import { beforeEach, expect, test } from "vitest";
import { fixtureCredentialsFile } from "../../fixtures/data/credentials-file.ts";
import { app, data, serverRequest as request } from "../../fixtures/data/server-request.ts";
import { createMemoryOp, type MemoryOp } from "../../fixtures/fakes/memory-op.ts";
import { createMemoryStore, type MemoryStore } from "../../fixtures/fakes/memory-store.ts";
import { decodeStoreTags, encodeStoreTags } from "../store/contract/value-tags.ts";
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

test("a server whose credentials file is stored is adopted, with a look whether it is alive", async () => {
  const { serverId, fingerprint } = await ensureServer(request, systems);
  op.calls.length = 0;
  const record = await ensureServer(request, systems);
  expect(record).toMatchObject({ serverId, fingerprint, adopted: true });
  expect(op.calls).toEqual(["listServers"]);
});

test("a server is adopted where op cannot be asked", async () => {
  const { serverId } = await ensureServer(request, systems);
  op.failures.set("listServers", new ConnectError("OP_NOT_INSTALLED", "No op.", ""));
  expect(await ensureServer(request, systems)).toMatchObject({ serverId, adopted: true });
});

test("a server that was deleted by hand is not adopted, one that is not listed is", async () => {
  const { serverId } = await ensureServer(request, systems);
  const [first] = op.servers;
  op.servers.length = 0;
  expect(await ensureServer(request, systems)).toMatchObject({ serverId, adopted: true });
  if (first !== undefined) op.servers.push({ ...first, state: "REVOKED" });
  const second = await ensureServer(request, systems);
  expect(second.adopted).toBe(false);
  expect(liveServers().map(({ id }) => id)).toEqual([second.serverId]);
});

test("an adopted server gets the grants that it lacks and loses those it should not have", async () => {
  const { serverId } = await ensureServer(request, systems);
  const record = await ensureServer({ ...request, vaults: [data] }, systems);
  expect(record).toMatchObject({ serverId, adopted: true });
  expect(liveServers()).toMatchObject([{ id: serverId, vaultIds: [data.id] }]);
  expect(storedTags().vaults).toEqual([data]);
});

test("a value that was changed in the store is put back, without op", async () => {
  const { serverId, versionId } = await ensureServer(request, systems);
  await store.describe(request.secretId);
  const secret = store.secrets.get(request.secretId);
  if (secret !== undefined) secret.value = "something else";
  op.failures.set("listServers", new ConnectError("OP_NOT_SIGNED_IN", "Nobody.", ""));
  const record = await ensureServer(request, systems);
  expect(record).toMatchObject({ serverId, versionId, adopted: true });
  expect(fingerprint(storedValue())).toBe(record.fingerprint);
  expect(op.servers).toHaveLength(1);
});

test.each([
  ["lost in the store and cannot be restored", undefined],
  ["replaced in the store and cannot be restored", fixtureCredentialsFile("theirs")],
])("where the value is %s, another server is minted beside the first", async (_, value) => {
  const tags = { fingerprint: fingerprint("lost"), revision: 1, name: "acme-prod", vaults: [app] };
  const { id } = await op.createServer({ name: "acme-prod", vaultIds: [], knownIds: [] });
  store.secrets.set(request.secretId, {
    tags: encodeStoreTags({ ...tags, serverId: id }),
    ...(value === undefined ? {} : { value }),
  });
  const { serverId, adopted } = await ensureServer(request, systems);
  expect(adopted).toBe(false);
  expect(liveServers().map((server) => server.id)).toEqual([id, serverId]);
});

test("where the credentials file was damaged before it was stored, another server is minted", async () => {
  const { serverId } = await ensureServer(request, systems);
  const half = storedValue().slice(0, 60);
  const tags = { ...store.secrets.get(request.secretId)?.tags };
  const described = { ...tags, "opconnect:fingerprint": fingerprint(half) };
  await store.write({ secretId: request.secretId, value: half, tags: described });
  const second = await ensureServer(request, systems);
  expect(second.serverId).not.toBe(serverId);
  expect(second.adopted).toBe(false);
});

test("a damaged file that somebody else stored is refused, and nothing is changed", async () => {
  const half = fixtureCredentialsFile("theirs").slice(0, 60);
  await store.write({ secretId: request.secretId, value: half, tags: {} });
  const ensuring = ensureServer(request, systems);
  await expect(ensuring).rejects.toThrow(
    /cut short.*opconnect\/acme\/prod\/credentials.*`revision: 2`/,
  );
  await expect(ensuring).rejects.toMatchObject({ code: "CREDENTIALS_FILE_INVALID" });
  expect(op.calls).toEqual([]);
});

test("a value that cannot be read is refused, and replaced by a higher revision", async () => {
  const first = await ensureServer(request, systems);
  const { read } = store;
  const tampered = new ConnectError("STORE_TAMPERED", "Somebody changed it.", "Put it back.");
  store.read = async () => Promise.reject(tampered);
  await expect(ensureServer(request, systems)).rejects.toBe(tampered);
  const second = await ensureServer({ ...request, revision: 2 }, systems);
  await deleteServer({ ...request, serverId: first.serverId }, systems);
  store.read = read;
  expect(liveServers().map(({ id }) => id)).toEqual([second.serverId]);
  const adopted = await ensureServer({ ...request, revision: 2 }, systems);
  expect(adopted).toMatchObject({ serverId: second.serverId, adopted: true });
});

test("a server made by hand is taken over with the file that somebody stored", async () => {
  const { id, credentialsFile } = await op.createServer({
    name: "made by hand",
    vaultIds: [],
    knownIds: [],
  });
  await store.write({ secretId: request.secretId, value: credentialsFile, tags: {} });
  const taken = { ...request, adopts: id };
  expect(await ensureServer(taken, systems)).toMatchObject({ serverId: id, adopted: true });
  expect(storedTags()).toMatchObject({ serverId: id, vaults: [app], revision: 1 });
  expect(op.servers).toMatchObject([{ vaultIds: [app.id] }]);
  expect(await ensureServer(taken, systems)).toMatchObject({ serverId: id, adopted: true });
  expect(await ensureServer(request, systems)).toMatchObject({ serverId: id, adopted: true });
});

test("a server that was deleted cannot be taken over, nor one without a file", async () => {
  const { id, credentialsFile } = await op.createServer({ name: "x", vaultIds: [], knownIds: [] });
  const taking = () => ensureServer({ ...request, adopts: id }, systems);
  await expect(taking()).rejects.toMatchObject({ code: "STORE_NOT_FOUND" });
  await store.write({ secretId: request.secretId, value: credentialsFile, tags: {} });
  await op.deleteServer(id);
  await expect(taking()).rejects.toMatchObject({ code: "OP_NOT_FOUND" });
  expect(storedTags()).toEqual({ vaults: [] });
});

test.each([
  ["adopts", { adopts: "no id" }, "ARGUMENT_INVALID"],
  ["rotation", { rotation: { of: "no id" } }, "ARGUMENT_INVALID"],
  ["a vault", { vaults: [{ ...app, id: "no id" }] }, "VAULT_ID_INVALID"],
])("an id of %s that is none is refused before anything happens", async (_, change, code) => {
  const ensuring = ensureServer({ ...request, ...change }, systems);
  await expect(ensuring).rejects.toMatchObject({ code });
  expect([...op.calls, ...store.calls]).toEqual([]);
});

test("a credentials file that somebody else stored is kept, unless a new server is asked for", async () => {
  const theirs = fixtureCredentialsFile("theirs");
  await store.write({ secretId: request.secretId, value: theirs, tags: {} });
  await expect(ensureServer(request, systems)).rejects.toMatchObject({
    code: "STORE_CONTENT_INVALID",
  });
  expect(storedValue()).toBe(theirs);
  expect(op.calls).toEqual([]);
  expect(await ensureServer({ ...request, revision: 2 }, systems)).toMatchObject({
    adopted: false,
  });
});

test("a value left behind without its tags while minting is replaced", async () => {
  await store.write({
    secretId: request.secretId,
    value: fixtureCredentialsFile("lost"),
    tags: { "opconnect:minting": "none" },
  });
  expect(await ensureServer(request, systems)).toMatchObject({ adopted: false });
  expect(storedTags().minting).toBeUndefined();
});
