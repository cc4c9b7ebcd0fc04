import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createMemoryOp, type MemoryOp } from "../../fixtures/fakes/memory-op.ts";
import { keepLists, type OpCli } from "./op-cli.ts";

let account: MemoryOp;
let op: OpCli;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"] });
  account = createMemoryOp();
  op = keepLists(account);
});

afterEach(() => {
  vi.useRealTimers();
});

const later = (seconds: number) => vi.setSystemTime(Date.now() + seconds * 1000);
const countOf = (call: keyof OpCli) => account.calls.filter((made) => made === call).length;

test("a list is asked for once in two minutes, and anew where that is wanted", async () => {
  await Promise.all([op.recentServers(), op.recentServers()]);
  expect(countOf("listServers")).toBe(1);
  later(119);
  await op.recentServers();
  expect(countOf("listServers")).toBe(1);
  await op.listServers();
  expect(countOf("listServers")).toBe(2);
  later(119);
  await op.recentServers();
  expect(countOf("listServers")).toBe(2);
  later(2);
  await op.recentServers();
  expect(countOf("listServers")).toBe(3);
});

test("a change of servers forgets their list and no other", async () => {
  const vaults = [{ id: "a", access: "read" }] as const;
  const { id: serverId } = await op.createServer({ name: "one", vaultIds: ["a"], knownIds: [] });
  await op.createToken({ name: "ci", serverId, vaults });
  expect(await op.recentServers()).toMatchObject([{ name: "one" }]);
  expect(await op.recentTokens(serverId)).toMatchObject([{ vaults: [{ id: "a" }] }]);
  await op.editServer({ id: serverId, name: "two" });
  expect(await op.recentServers()).toMatchObject([{ name: "two" }]);
  await op.recentTokens(serverId);
  expect(countOf("listTokens")).toBe(1);
  await op.revokeVault({ serverId, vaultId: "a" });
  expect(await op.recentTokens(serverId)).toMatchObject([{ vaults: [] }]);
  await op.deleteServer(serverId);
  expect(await op.recentTokens(serverId)).toMatchObject([{ state: "REVOKED" }]);
  expect(await op.recentServers()).toMatchObject([{ state: "REVOKED" }]);
});

test("what was listed while it was changed is not kept", async () => {
  const { id } = await op.createServer({ name: "one", vaultIds: [], knownIds: [] });
  const slow = keepLists({
    ...account,
    async editServer(server) {
      await slow.recentServers();
      await account.editServer(server);
    },
  });
  await slow.editServer({ id, name: "two" });
  expect(await slow.recentServers()).toMatchObject([{ name: "two" }]);
});

test("vaults created are added to the list, and it is made anew after another run's turn", async () => {
  await op.recentVaults();
  await op.createVault({ title: "app" });
  later(14);
  expect(await op.recentVaults()).toMatchObject([{ name: "app" }]);
  later(14);
  await account.createVault({ title: "theirs" });
  expect(await op.recentVaults()).toMatchObject([{ name: "app" }]);
  expect(countOf("listVaults")).toBe(2);
  expect(await op.recentVaults(Date.now())).toMatchObject([{ name: "app" }, { name: "theirs" }]);
  later(16);
  await op.recentVaults();
  expect(countOf("listVaults")).toBe(6);
});

test("vaults made by hand are seen after two minutes, however often the list is asked for", async () => {
  await op.recentVaults();
  await account.createVault({ title: "by hand" });
  for (let asked = 0; asked < 12; asked += 1) {
    later(10);
    expect(await op.recentVaults()).toEqual([]);
  }
  later(1);
  expect(await op.recentVaults()).toMatchObject([{ name: "by hand" }]);
});

test("a vault is forgotten where it was renamed or deleted", async () => {
  const { id } = await op.createVault({ title: "app" });
  await op.recentVaults();
  await op.editVault({ id, description: "of acme" });
  await op.recentVaults();
  expect(countOf("listVaults")).toBe(2);
  await op.editVault({ id, title: "web" });
  expect(await op.recentVaults()).toMatchObject([{ name: "web" }]);
  await op.deleteVault(id);
  expect(await op.recentVaults()).toEqual([]);
});
