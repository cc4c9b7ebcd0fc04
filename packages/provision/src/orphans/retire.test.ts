import { createConvention } from "@opconnect/core";
import { expect, test } from "vitest";
import { createMemoryOp } from "../../fixtures/fakes/memory-op.ts";
import { createMemoryStore } from "../../fixtures/fakes/memory-store.ts";
import { encodeStoreTags } from "../store/contract/value-tags.ts";
import { findOrphans } from "./find.ts";
import { retireOrphans } from "./retire.ts";

const convention = createConvention();
const search = { convention };
const credentials = "opconnect/acme/prod/credentials";

async function abandonedServer() {
  const op = createMemoryOp();
  const store = createMemoryStore();
  await store.ensureSecret({ name: credentials });
  const { id } = await op.createServer({ name: "acme-prod", vaultIds: [], knownIds: [] });
  await op.createToken({ name: "acme-prod-operator", serverId: id, vaults: [] });
  op.calls.length = 0;
  return { op, store, serverId: id };
}

test("tokens are revoked before their server is deleted, and nobody mints meanwhile", async () => {
  const { op, store } = await abandonedServer();
  const { orphans } = await findOrphans(search, { op, store });
  const done = await retireOrphans(orphans, { convention }, { op, store });
  expect(done.map(({ orphan, outcome }) => [orphan.kind, outcome])).toEqual([
    ["token", "retired"],
    ["server", "retired"],
  ]);
  expect(op.calls).toEqual(["listServers", "listTokens", "deleteToken", "deleteServer"]);
  expect((await store.readLease(credentials)).sequence).toBeGreaterThan(0);
  expect((await findOrphans(search, { op, store })).orphans).toEqual([]);
});

test("how old one is goes by the clock of the store: this machine's may be hours ahead", async () => {
  const { op, store } = await abandonedServer();
  const createdAt = "2026-05-05T11:55:00Z";
  for (const made of [...op.servers, ...op.tokens]) Object.assign(made, { createdAt });
  const at = (time: string) =>
    findOrphans(search, { op, store: { ...store, now: async () => new Date(time) } });
  const recent = async (time: string) => (await at(time)).orphans.map((orphan) => orphan.recent);
  expect(await recent("2026-05-05T12:00:00Z")).toEqual(Array(2).fill(expect.any(String)));
  expect(await recent("2026-05-05T15:00:00Z")).toEqual([undefined, undefined]);
});

test("what a secret claims by then is left alone", async () => {
  const { op, store, serverId } = await abandonedServer();
  const { orphans } = await findOrphans(search, { op, store });
  await store.tag(credentials, encodeStoreTags({ serverId }));
  const done = await retireOrphans(orphans, { convention }, { op, store });
  expect(done.map(({ orphan, outcome }) => [orphan.kind, outcome])).toEqual([
    ["token", "retired"],
    ["server", "claimed"],
  ]);
  expect(op.servers.map(({ state }) => state)).toEqual(["ACTIVE"]);
});

test("one that somebody deleted meanwhile is no failure", async () => {
  const { op, store, serverId } = await abandonedServer();
  const { orphans } = await findOrphans(search, { op, store });
  await op.deleteServer(serverId);
  const done = await retireOrphans(orphans, { convention }, { op, store });
  expect(done.map(({ outcome }) => outcome)).toEqual(["retired", "retired"]);
});

test("the store is listed once, and each environment leased once, however many orphans there are", async () => {
  const op = createMemoryOp();
  const store = createMemoryStore();
  for (const client of ["acme", "globex"]) {
    await store.ensureSecret({ name: `opconnect/${client}/prod/credentials` });
    const name = `${client}-prod`;
    const { id } = await op.createServer({ name, vaultIds: [], knownIds: [] });
    for (const consumer of ["operator", "ci", "jobs"]) {
      await op.createToken({ name: `${name}-${consumer}`, serverId: id, vaults: [] });
    }
  }
  const { orphans } = await findOrphans(search, { op, store });
  let [lists, leases] = [0, 0];
  const counting = {
    ...store,
    listSecrets: () => {
      lists += 1;
      return store.listSecrets();
    },
    writeLease: (...lease: Parameters<typeof store.writeLease>) => {
      leases += 1;
      return store.writeLease(...lease);
    },
  };
  const done = await retireOrphans(orphans, { convention }, { op, store: counting });
  expect(done.map(({ outcome }) => outcome)).toEqual(Array(8).fill("retired"));
  // Taken, and given back.
  expect([lists, leases]).toEqual([1, 4]);
});

test("what a secret claims that is there only since is left alone", async () => {
  const { op, store } = await abandonedServer();
  const { orphans } = await findOrphans(search, { op, store });
  const [{ id: tokenId = "" } = {}] = orphans.filter(({ kind }) => kind === "token");
  const name = "opconnect/acme/prod/operator-token";
  const late = {
    ...store,
    async readLease(secretId: string) {
      await store.ensureSecret({ name });
      await store.tag(name, encodeStoreTags({ tokenId }));
      return store.readLease(secretId);
    },
  };
  const done = await retireOrphans(orphans, { convention }, { op, store: late });
  expect(done.map(({ orphan, outcome }) => [orphan.kind, outcome])).toContainEqual([
    "token",
    "claimed",
  ]);
});

test("what a secret claims only when others of its environment are gone is left alone", async () => {
  const { op, store } = await abandonedServer();
  const { orphans } = await findOrphans(search, { op, store });
  const claiming = {
    ...op,
    async deleteToken(token: Parameters<typeof op.deleteToken>[0]) {
      await op.deleteToken(token);
      await store.tag(credentials, encodeStoreTags({ serverId: token.serverId }));
    },
  };
  const done = await retireOrphans(orphans, { convention }, { op: claiming, store });
  expect(done.map(({ orphan, outcome }) => [orphan.kind, outcome])).toEqual([
    ["token", "retired"],
    ["server", "claimed"],
  ]);
});
