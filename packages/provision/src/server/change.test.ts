import { ConnectError, type VaultGrant } from "@opconnect/core";
import { beforeEach, describe, expect, test } from "vitest";
import { app, data, serverRequest as request } from "../../fixtures/data/server-request.ts";
import { createMemoryOp, type MemoryOp } from "../../fixtures/fakes/memory-op.ts";
import { createMemoryStore, type MemoryStore } from "../../fixtures/fakes/memory-store.ts";
import { decodeStoreTags } from "../store/contract/value-tags.ts";
import { deleteServer } from "./delete.ts";
import { ensureServer } from "./ensure.ts";
import { renameServer } from "./rename.ts";
import { updateServerGrants } from "./update-grants.ts";

let op: MemoryOp;
let store: MemoryStore;
let systems: { op: MemoryOp; store: MemoryStore };

beforeEach(() => {
  op = createMemoryOp();
  store = createMemoryStore();
  systems = { op, store };
});

const storedTags = () => decodeStoreTags(store.secrets.get(request.secretId)?.tags ?? {});
const liveServers = () => op.servers.filter(({ state }) => state === "ACTIVE");

test("a server is renamed in place, and a name that another one has is refused", async () => {
  const { serverId } = await ensureServer(request, systems);
  const renaming = { ...request, serverId, name: "acme-production" };
  await renameServer(renaming, systems);
  await renameServer(renaming, systems);
  expect(liveServers()).toMatchObject([{ id: serverId, name: "acme-production" }]);
  expect(await ensureServer(renaming, systems)).toMatchObject({ serverId, adopted: true });
  await op.createServer({ name: "taken", vaultIds: [], knownIds: [] });
  const taking = renameServer({ ...renaming, name: "taken" }, systems);
  await expect(taking).rejects.toMatchObject({ code: "OP_NAME_TAKEN" });
});

test("grants follow the vaults, and the tags follow the grants", async () => {
  const { serverId } = await ensureServer(request, systems);
  const update = { ...request, serverId, previous: [app], vaults: [app, data] };
  await updateServerGrants(update, systems);
  expect(liveServers()).toMatchObject([{ vaultIds: [app.id, data.id] }]);
  expect(storedTags().vaults).toEqual([app, data]);
  await updateServerGrants({ ...update, previous: [app, data], vaults: [data] }, systems);
  expect(liveServers()).toMatchObject([{ vaultIds: [data.id] }]);
  expect(storedTags().vaults).toEqual([data]);
});

test.each([
  ["granted", [app], [app, data]],
  ["revoked", [app, data], [app]],
  ["exchanged", [app], [data]],
] as const)(
  "vaults that are %s by changes cut short are as before once they are taken back",
  async (_, before, after) => {
    const { serverId } = await ensureServer({ ...request, vaults: before }, systems);
    const update = { ...request, serverId, previous: before };
    const cut: MemoryOp = {
      ...op,
      async grantVault(grant) {
        await op.grantVault(grant);
        throw new Error("Cut short.");
      },
      async revokeVault(grant) {
        await op.revokeVault(grant);
        throw new Error("Cut short.");
      },
    };
    for (const vaults of [after, [], after]) {
      const changing = updateServerGrants({ ...update, vaults }, { op: cut, store });
      await expect(changing).rejects.toThrow("Cut short.");
    }
    expect(storedTags().granting).toBe("true");
    await updateServerGrants({ ...update, vaults: before }, systems);
    const [server] = liveServers();
    expect(new Set(server?.vaultIds)).toEqual(new Set(before.map(({ id }) => id)));
    expect(storedTags()).toMatchObject({ vaults: before });
    expect(storedTags().granting).toBeUndefined();
  },
);

test.each([
  ["granted", [app], [app, data]],
  ["revoked", [app, data], [app]],
  ["exchanged", [app], [data]],
] as const)(
  "vaults that were %s by a run that could not tell are as before once that is taken back",
  async (_, before, after) => {
    const { serverId } = await ensureServer({ ...request, vaults: before }, systems);
    const update = { ...request, serverId, previous: before };
    await updateServerGrants({ ...update, vaults: after }, systems);
    await updateServerGrants({ ...update, vaults: before }, systems);
    const [server] = liveServers();
    expect(new Set(server?.vaultIds)).toEqual(new Set(before.map(({ id }) => id)));
    expect(storedTags()).toMatchObject({ vaults: before });
    op.calls.length = 0;
    await updateServerGrants({ ...update, vaults: before }, systems);
    expect(op.calls).toEqual([]);
  },
);

test("a runner that can change no grants leaves nothing to be put right", async () => {
  const { serverId } = await ensureServer(request, systems);
  const refused = new ConnectError("OP_NOT_INSTALLED", "No op.", "");
  const without: MemoryOp = { ...op, recentServers: () => Promise.reject(refused) };
  const update = { ...request, serverId, previous: [app], vaults: [app, data] };
  const changing = updateServerGrants(update, { op: without, store });
  await expect(changing).rejects.toMatchObject({ code: "OP_NOT_INSTALLED" });
  expect(storedTags()).toMatchObject({ vaults: [app] });
  expect(storedTags().granting).toBeUndefined();
});

test("another access of the same vaults concerns the tags only", async () => {
  const { serverId } = await ensureServer(request, systems);
  op.calls.length = 0;
  const vaults = [{ ...app, access: "read-write" as const }];
  await updateServerGrants({ ...request, serverId, previous: [app], vaults }, systems);
  expect(op.calls).toEqual([]);
  expect(storedTags().vaults).toEqual(vaults);
});

describe("an op that refuses every change of grants", () => {
  const refused = () => Promise.reject(new ConnectError("OP_FAILED", "Refused.", "-"));
  let serverId: string;
  let refusing: MemoryOp;

  beforeEach(async () => {
    ({ serverId } = await ensureServer({ ...request, vaults: [app] }, systems));
    const vaultIds = () => liveServers()[0]?.vaultIds ?? [];
    refusing = {
      ...op,
      listVaults: async () => [app, data].map(({ id }) => ({ id, name: id })),
      grantVault: refused,
      revokeVault: refused,
      createToken: (asked) =>
        asked.vaults.every(({ id }) => vaultIds().includes(id)) ? op.createToken(asked) : refused(),
    };
  });
  const update = (previous: readonly VaultGrant[], vaults: readonly VaultGrant[]) =>
    updateServerGrants({ ...request, serverId, previous, vaults }, { op: refusing, store });

  test("is believed where it had no effect, and the change is not taken for done", async () => {
    await expect(update([app], [app, data])).rejects.toMatchObject({ code: "OP_VAULT_ACCESS" });
    expect(storedTags().granting).toBe("true");
    await expect(update([app], [])).rejects.toMatchObject({ code: "OP_FAILED" });
  });

  test("is not believed where things are as they shall be, and leaves no token behind", async () => {
    await op.grantVault({ serverId, vaultId: data.id });
    await update([app], [app, data]);
    expect(storedTags().vaults).toEqual([app, data]);
    await op.revokeVault({ serverId, vaultId: app.id });
    await update([app, data], [data]);
    expect(storedTags().vaults).toEqual([data]);
    expect(op.tokens.filter(({ state }) => state === "ACTIVE")).toEqual([]);
  });
});

test("a deleted server of our name is in nobody's way", async () => {
  const { id } = await op.createServer({ name: "acme-prod", vaultIds: [], knownIds: [] });
  await op.deleteServer(id);
  expect(await ensureServer(request, systems)).toMatchObject({ adopted: false });
});

test("the credentials file of a deleted server is never adopted", async () => {
  const first = await ensureServer(request, systems);
  await deleteServer({ ...request, serverId: first.serverId }, systems);
  const second = await ensureServer(request, systems);
  expect(second).toMatchObject({ adopted: false });
  expect(liveServers().map(({ id }) => id)).toEqual([second.serverId]);
});

test("deleting a server that is gone is no error, however op words it", async () => {
  const { serverId } = await ensureServer(request, systems);
  await deleteServer({ ...request, serverId }, systems);
  await deleteServer({ ...request, serverId }, systems);
  op.failures.set("deleteServer", new ConnectError("OP_FAILED", "Already revoked.", ""));
  await deleteServer({ ...request, serverId }, systems);
  expect(op.calls.at(-1)).toBe("listServers");
});

test("a server is deleted also where its secret is gone", async () => {
  const { serverId } = await ensureServer(request, systems);
  store.deleted.add(request.secretId);
  await deleteServer({ ...request, serverId }, systems);
  expect(liveServers()).toEqual([]);
});

test("a server that cannot be deleted stays in the store", async () => {
  const { serverId } = await ensureServer(request, systems);
  op.failures.set("deleteServer", new ConnectError("OP_FAILED", "No.", ""));
  await expect(deleteServer({ ...request, serverId }, systems)).rejects.toMatchObject({
    code: "OP_FAILED",
  });
  expect(storedTags().retired).toBeUndefined();
});

test("a server that another resource has adopted outlives the resource that it was minted for", async () => {
  const { serverId } = await ensureServer(request, systems);
  const { claim } = await ensureServer(request, systems);
  await deleteServer({ ...request, serverId }, systems);
  expect(liveServers()).toHaveLength(1);
  await deleteServer({ ...request, serverId, claim }, systems);
  expect(liveServers()).toHaveLength(0);
});
