import { ConnectError } from "@opconnect/core";
import { expect, test, vi } from "vitest";
import { createMemoryOp } from "../../fixtures/fakes/memory-op.ts";
import { editVault } from "./edit.ts";
import { ensureVault } from "./ensure.ts";

const request = {
  title: "acme-prod-app",
  description: "app of acme/prod",
  mark: "opconnect:acme/prod/app",
  adminCommand: "pulumi up --stack acme-prod",
};

test("a vault of ours gets another title and description in place, and keeps its mark", async () => {
  const op = createMemoryOp();
  const { id } = await ensureVault(request, { op });
  const changed = { ...request, id, title: "acme-prod-web", description: undefined };
  await editVault({ ...changed, previous: [request] }, { op });
  expect(op.vaults).toEqual([{ id, name: "acme-prod-web", description: request.mark }]);
});

test("what a person wrote into the description is not lost", async () => {
  const op = createMemoryOp();
  const { id } = await ensureVault(request, { op });
  const description = "Ask Olga first · opconnect:acme/prod/app";
  await op.editVault({ id, description });
  await editVault({ ...request, id, description: "changed", previous: [request] }, { op });
  expect(op.vaults[0]?.description).toBe(description);
});

test("an edit says only what changes", async () => {
  const op = createMemoryOp();
  const { id } = await ensureVault({ ...request, icon: "gears" }, { op });
  op.calls.length = 0;
  const same = { ...request, id, icon: "gears" };
  await editVault({ ...same, previous: [same] }, { op });
  expect(op.calls).toEqual(["getVault"]);
  await editVault({ ...same, icon: "lock", previous: [same] }, { op });
  expect(op.calls).toEqual(["getVault", "getVault", "editVault"]);
  expect(op.vaults[0]).toMatchObject({ icon: "lock", name: request.title });
});

test("who is not named any more loses access, who was never named keeps it", async () => {
  const op = createMemoryOp();
  const before = { ...request, groups: { Auditors: "read", Developers: "manage" } } as const;
  const { id } = await ensureVault(before, { op });
  op.vaults[0]?.access?.set("group Owners", ["manage_vault"]);
  const after = { ...request, id, groups: { Developers: "read" } } as const;
  await editVault({ ...after, previous: [before] }, { op });
  expect([...(op.vaults[0]?.access ?? [])]).toEqual([
    ["group Developers", ["allow_viewing"]],
    ["group Owners", ["manage_vault"]],
  ]);
});

test("access that passes from a group to a user is given before it is taken", async () => {
  const op = createMemoryOp();
  const before = { ...request, groups: { Owners: "manage" } } as const;
  const { id } = await ensureVault(before, { op });
  op.calls.length = 0;
  const after = { ...request, id, users: { "mia@example.com": "manage" } } as const;
  await editVault({ ...after, previous: [before] }, { op });
  expect(op.calls.filter((call) => call.endsWith("VaultAccess"))).toEqual([
    "grantVaultAccess",
    "revokeVaultAccess",
  ]);
});

test("what an edit has done that failed half way is taken back", async () => {
  const op = createMemoryOp();
  const before = { ...request, icon: "gears", groups: { Auditors: "read" } } as const;
  const { id } = await ensureVault(before, { op });
  const made = structuredClone(op.vaults);
  const users = { "mia@example.com": "read" } as const;
  const tried = { ...request, description: "tried", icon: "lock", users };
  op.failures.set("revokeVaultAccess", new ConnectError("OP_FAILED", "Cut off.", ""));
  const begins = vi.fn();
  await expect(editVault({ ...tried, id, previous: [before], begins }, { op })).rejects.toThrow();
  expect(begins).toHaveBeenCalledOnce();
  expect(op.vaults).not.toEqual(made);
  op.failures.clear();
  await editVault({ ...before, id, previous: [before, tried] }, { op });
  expect(op.vaults).toEqual(made);
});

test("an edit that is turned away has not begun", async () => {
  const op = createMemoryOp();
  const { id } = await ensureVault(request, { op });
  op.failures.set("getVault", new ConnectError("OP_NOT_INSTALLED", "No op.", ""));
  const begins = vi.fn();
  await expect(editVault({ ...request, id, begins }, { op })).rejects.toThrow("No op.");
  expect(begins).not.toHaveBeenCalled();
});

test("taking access from a user who has lost it already is no error", async () => {
  const op = createMemoryOp();
  const before = { ...request, users: { "mia@example.com": "read" } } as const;
  const { id } = await ensureVault(before, { op });
  op.vaults[0]?.access?.clear();
  await editVault({ ...request, id, previous: [before] }, { op });
  expect(op.calls).not.toContain("revokeVaultAccess");
});
