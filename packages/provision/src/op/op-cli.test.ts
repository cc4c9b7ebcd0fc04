import { ConnectError } from "@opconnect/core";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { fixtureId } from "../../fixtures/data/ids.ts";
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

test("those who wait for a list share the next", async () => {
  const lists: (() => void)[] = [];
  const slow = keepLists({
    ...account,
    listServers: () => new Promise((resolve) => lists.push(() => resolve([]))),
  });
  const first = slow.listServers();
  const others = [slow.listServers(), slow.recentServers(), slow.listServers()];
  expect(lists).toHaveLength(1);
  lists[0]?.();
  await first;
  await vi.waitFor(() => expect(lists).toHaveLength(2));
  lists[1]?.();
  await Promise.all(others);
  expect(lists).toHaveLength(2);
});

test("those who wait for a list share its refusal, and none keeps it", async () => {
  account.failures.set("listServers", new ConnectError("OP_TIMED_OUT", "fixture", "fixture"));
  const asked = await Promise.allSettled([1, 2, 3, 4].map(() => op.listServers()));
  expect(asked.map(({ status }) => status)).toEqual(asked.map(() => "rejected"));
  expect(countOf("listServers")).toBe(2);
  account.failures.clear();
  expect(await op.recentServers()).toEqual([]);
});

test("a server and its tokens are known from when they are made, without a list", async () => {
  const vaultId = fixtureId("vault", 1);
  await op.recentServers();
  for (const name of ["one", "two", "three"]) {
    const { id: serverId } = await op.createServer({ name, vaultIds: [vaultId], knownIds: [] });
    const vaults = [{ id: vaultId, access: "read" }] as const;
    await op.createToken({ name: "ci", serverId, vaults });
    const known = { name: "ci", vaults: [{ id: vaultId.toLowerCase() }] };
    expect(await op.recentTokens(serverId)).toMatchObject([known]);
  }
  expect(await op.recentServers()).toMatchObject([
    { name: "one" },
    { name: "two" },
    { name: "three" },
  ]);
  expect([countOf("listServers"), countOf("listTokens")]).toEqual([1, 0]);
});

test("the tokens of several servers are listed at once, if op says whose they are", async () => {
  const vaults = [{ id: "a", access: "read" }] as const;
  const servers = await Promise.all(
    ["one", "two", "three"].map(async (name) => {
      const { id: serverId } = await account.createServer({ name, vaultIds: ["a"], knownIds: [] });
      await account.createToken({ name: `${name}-ci`, serverId, vaults });
      return serverId;
    }),
  );
  const ask = (asked: Pick<OpCli, "recentTokens">) =>
    Promise.all(servers.map(async (id) => (await asked.recentTokens(id)).map(({ name }) => name)));
  account.calls.length = 0;
  const names = [["one-ci"], ["two-ci"], ["three-ci"]];
  expect(await ask(keepLists(account))).toEqual(names);
  const listsOnce = countOf("listTokens");
  const untold = keepLists({
    ...account,
    listTokens: async (of) =>
      (await account.listTokens(of)).map(({ serverId: _, ...token }) => token),
  });
  expect(await ask(untold)).toEqual(names);
  expect(listsOnce).toBeLessThanOrEqual(2);
});

test("a vault that was granted shows in tokens that were listed before", async () => {
  const vaults = [{ id: "a", access: "read" }] as const;
  const { id: serverId } = await account.createServer({ name: "one", vaultIds: [], knownIds: [] });
  await account.createToken({ name: "ci", serverId, vaults });
  expect(await op.shownTokens(serverId)).toMatchObject([{ vaults: [] }]);
  later(1);
  await op.grantVault({ serverId, vaultId: "a" });
  expect(await op.shownTokens(serverId)).toMatchObject([{ vaults: [{ id: "a" }] }]);
});

test("what failed may have been done, and is listed again", async () => {
  await op.recentServers();
  const lossy = keepLists({
    ...account,
    async createServer(server) {
      await account.createServer(server);
      throw new ConnectError("OP_TIMED_OUT", "fixture", "fixture");
    },
  });
  await lossy.recentServers();
  const creating = lossy.createServer({ name: "one", vaultIds: [], knownIds: [] });
  await expect(creating).rejects.toMatchObject({ code: "OP_TIMED_OUT" });
  expect(await lossy.recentServers()).toMatchObject([{ name: "one" }]);
});

test("a change of servers shows in their list, and in no other", async () => {
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
  expect(countOf("listVaults")).toBe(4);
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

test("a vault that is renamed or deleted shows so", async () => {
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
