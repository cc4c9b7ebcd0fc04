import { encodeStoreTags } from "@opconnect/provision";
import { beforeEach, expect, test, vi } from "vitest";
import { work } from "./connect-server.ts";

const serverId = "SERVERAAAABBBBCCCCDDDDEEEE";
const secretId = "opconnect/acme/prod/credentials";
const op = { listServers: vi.fn(), editServer: vi.fn(), deleteServer: vi.fn() };
const store = {
  ...{ describe: vi.fn(), tag: vi.fn(), read: vi.fn() },
  ...{ readLease: vi.fn(), writeLease: vi.fn() },
};
// Any other call of store or op would fail.
vi.mock("../outside-systems.ts", () => ({ systemsOf: () => ({ op, store }) }));

beforeEach(() => {
  vi.resetAllMocks();
  const tags = encodeStoreTags({ serverId, name: "acme-prod" });
  store.describe.mockResolvedValue({ tags, versionIds: [] });
});

const inputs = {
  name: "acme-two",
  vaults: [],
  store: { kind: "secrets-manager" },
  secretId,
  revision: 1,
  stack: "prod",
};
const state = { ...inputs, serverId, versionId: "v1" };

test("a renaming that was cut short is completed, though a refresh has seen the new name", async () => {
  op.listServers.mockResolvedValue([{ id: serverId, name: "acme-two", state: "ACTIVE" }]);
  const stored = { id: serverId, versionId: "v1", name: "acme-prod" };
  await work.update?.(serverId, state, { ...inputs, stored });
  expect(op.editServer).not.toHaveBeenCalled();
  expect(store.tag).toHaveBeenCalledExactlyOnceWith(secretId, { "opconnect:name": "acme-two" });
});

test("a server that has its name everywhere is not asked for", async () => {
  await work.update?.(serverId, state, { ...inputs, stored: { id: serverId, versionId: "v1" } });
  expect(op.listServers).not.toHaveBeenCalled();
  expect(store.tag).not.toHaveBeenCalled();
});

test("a deletion takes nothing that bears a name given by hand, though a refresh has seen it", async () => {
  const tags = encodeStoreTags({ serverId, name: "acme-prod", minting: [serverId] });
  store.describe.mockResolvedValue({ tags, versionIds: [] });
  store.read.mockResolvedValue({ tags, isUntouched: false });
  store.readLease.mockResolvedValue({ sequence: 1 });
  store.writeLease.mockResolvedValue(true);
  const theirs = { id: "SERVERTHEIRSBBBBCCCCDDDDEE", name: "legacy", state: "ACTIVE" };
  op.listServers.mockResolvedValue([{ id: serverId, name: "legacy", state: "REVOKED" }, theirs]);
  await work.delete?.(serverId, { ...state, name: "legacy" });
  expect(op.deleteServer).toHaveBeenCalledExactlyOnceWith(serverId);
});
