import { ConnectError } from "@opconnect/core";
import { expect, test } from "vitest";
import { createMemoryOp, type MemoryOp } from "../../fixtures/fakes/memory-op.ts";
import { createMemoryStore } from "../../fixtures/fakes/memory-store.ts";
import { keepLists } from "../op/op-cli.ts";
import { encodeStoreTags } from "../store/contract/value-tags.ts";
import { ensureVault } from "./ensure.ts";

const secretId = "opconnect/acme/prod/credentials";
const request = {
  title: "acme-prod-app",
  mark: "opconnect:acme/prod/app",
  adminCommand: "pulumi up --stack acme-prod",
};
const inStore = { ...request, secretId, key: "app" };

/** A store that describes a live server with one vault. */
function storeOf(vaultId: string, tags = {}) {
  const store = createMemoryStore();
  const vaults = [{ key: "app", id: vaultId, access: "read" as const }];
  const described = encodeStoreTags({ fingerprint: "fixture", serverId: "FIXTURE", vaults });
  store.secrets.set(secretId, { tags: { ...described, ...tags } });
  return store;
}

test("a run without op takes the vault from the tags of the store", async () => {
  const op = createMemoryOp();
  const { id } = await op.createVault({ title: request.title });
  op.calls.length = 0;
  for (const call of ["listVaults", "getVault", "listVaultHolders"] as const) {
    op.failures.set(call, new ConnectError("OP_NOT_INSTALLED", "There is no `op`.", "Install it."));
  }
  const found = await ensureVault(
    { ...inStore, groups: { Auditors: "read" } },
    { op, store: storeOf(id) },
  );
  expect(found).toEqual({ id, name: request.title, adopted: true });
  expect(op.calls).toEqual(["listVaultHolders"]);
});

test("a role that cannot be given is told, also where the store knows the vault", async () => {
  const op = createMemoryOp();
  const { id } = await op.createVault({ title: request.title });
  op.failures.set("grantVaultAccess", new ConnectError("OP_NOT_FOUND", "No such group.", "-"));
  const adopting = ensureVault(
    { ...inStore, groups: { Auditors: "read" } },
    { op, store: storeOf(id) },
  );
  await expect(adopting).rejects.toThrow("No such group.");
});

test("an id that is asked for wins over the one in the store", async () => {
  const op = createMemoryOp();
  const { id } = await op.createVault({ title: request.title });
  const other = await op.createVault({ title: request.title });
  const found = await ensureVault({ ...inStore, id: other.id }, { op, store: storeOf(id) });
  expect(found.id).toBe(other.id);
});

test("tags of a deleted server are not believed: the vault may be gone with it", async () => {
  const op = createMemoryOp();
  const store = storeOf("fixturevaultgonexxxxxxxxxx", { "opconnect:retired": "fixture" });
  expect(await ensureVault(inStore, { op, store })).toMatchObject({ adopted: false });
});

test("two runs at once on one store make one vault", async () => {
  const first = createMemoryOp();
  const second: MemoryOp = { ...first };
  const store = createMemoryStore();
  // Another adapter of the same store, as another process has.
  const other = { ...store };
  const [one, two] = await Promise.all([
    ensureVault(inStore, { op: first, store }),
    ensureVault(inStore, { op: second, store: other }),
  ]);
  expect(one.id).toBe(two.id);
  expect([one.adopted, two.adopted].sort()).toEqual([false, true]);
  expect(first.vaults).toHaveLength(1);
});

test("vaults made under one lease share one listing, also one after the other", async () => {
  const op = createMemoryOp();
  const store = createMemoryStore();
  const ensure = (key: string) =>
    ensureVault({ ...inStore, key, title: key, mark: `opconnect:${key}` }, { op, store });
  await Promise.all(["app", "data", "shared"].map(ensure));
  for (const key of ["jobs", "logs"]) await ensure(key);
  expect(op.calls.filter((call) => call === "listVaults")).toHaveLength(2);
});

test("a listing is made anew after another run had the lease", async () => {
  const op = createMemoryOp();
  const store = createMemoryStore();
  const other = { ...store };
  await ensureVault(inStore, { op, store });
  const data = { ...inStore, key: "data", title: "data", mark: "opconnect:data" };
  const { id } = await ensureVault(data, { op: keepLists(op), store: other });
  expect(await ensureVault(data, { op, store })).toMatchObject({ id, adopted: true });
});
