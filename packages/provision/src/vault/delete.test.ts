import { ConnectError } from "@opconnect/core";
import { expect, test } from "vitest";
import { serverRequest } from "../../fixtures/data/server-request.ts";
import { createMemoryOp } from "../../fixtures/fakes/memory-op.ts";
import { createMemoryStore } from "../../fixtures/fakes/memory-store.ts";
import { deleteServer } from "../server/delete.ts";
import { ensureServer } from "../server/ensure.ts";
import { deleteVault } from "./delete.ts";

const adminCommand = "pulumi destroy --stack acme-prod";

async function vaultWith(items: number) {
  const op = createMemoryOp();
  const { id } = await op.createVault({ title: "acme-prod-app" });
  for (const vault of op.vaults) vault.items = items;
  return { op, id };
}

test("an empty vault is deleted", async () => {
  const { op, id } = await vaultWith(0);
  expect(await deleteVault({ id, adminCommand }, { op })).toEqual({ outcome: "deleted" });
  expect(op.vaults).toEqual([]);
});

test("a vault with items is kept, and that is said", async () => {
  const { op, id } = await vaultWith(3);
  expect(await deleteVault({ id, adminCommand }, { op })).toEqual({
    outcome: "kept",
    items: 3,
    happened: `The vault "acme-prod-app" (${id}) is kept: it holds 3 items. To delete it all the same: \`op vault delete ${id}\`.`,
  });
  expect(op.vaults).toHaveLength(1);
});

test("a vault whose items op does not count is kept", async () => {
  const { op, id } = await vaultWith(0);
  const silent = { ...op, getVault: async () => ({ id, name: "acme-prod-app" }) };
  const fate = await deleteVault({ id, adminCommand }, { op: silent });
  expect(fate).toMatchObject({ outcome: "kept", items: undefined });
});

test("a vault with items is deleted where that is asked for", async () => {
  const { op, id } = await vaultWith(3);
  const fate = await deleteVault({ id, evenIfNotEmpty: true, adminCommand }, { op });
  expect(fate).toEqual({ outcome: "deleted" });
});

test("a vault that op does not show is no error, and not called gone", async () => {
  const { op } = await vaultWith(0);
  const fate = await deleteVault({ id: "fixturevaultgonexxxxxxxxxx", adminCommand }, { op });
  expect(fate).toMatchObject({ outcome: "not-shown" });
});

test("without op, the error names the command that an admin runs", async () => {
  const { op, id } = await vaultWith(0);
  op.failures.set(
    "getVault",
    new ConnectError("OP_NOT_INSTALLED", "There is no `op`.", "Fixture."),
  );
  await expect(deleteVault({ id, adminCommand }, { op })).rejects.toThrow(adminCommand);
});

test("a vault goes after the Connect server that has it, and not before", async () => {
  const { op, id } = await vaultWith(0);
  const store = createMemoryStore();
  const { secretId } = serverRequest;
  const vaults = [{ key: "app", id, access: "read" as const }];
  const { serverId } = await ensureServer({ ...serverRequest, vaults }, { op, store });
  const deletion = { id, secretId, evenIfNotEmpty: true, adminCommand };
  expect(await deleteVault(deletion, { op, store })).toMatchObject({
    outcome: "in-use",
    happened: expect.stringContaining(serverId),
  });
  expect(op.vaults).toHaveLength(1);
  await deleteServer({ ...serverRequest, serverId }, { op, store });
  expect(await deleteVault(deletion, { op, store })).toEqual({ outcome: "deleted" });
});
