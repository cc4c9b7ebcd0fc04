import { ConnectError } from "@opconnect/core";
import { expect, test } from "vitest";
import { createMemoryOp } from "../../fixtures/fakes/memory-op.ts";
import { keepLists } from "../op/op-cli.ts";
import { ensureVault } from "./ensure.ts";

const request = {
  title: "acme-prod-app",
  description: "app of acme/prod",
  mark: "opconnect:acme/prod/app",
  adminCommand: "pulumi up --stack acme-prod",
};

test("a vault that does not exist is created, marked as ours", async () => {
  const op = createMemoryOp();
  const { id, name, adopted } = await ensureVault(request, { op });
  expect({ name, adopted }).toEqual({ name: "acme-prod-app", adopted: false });
  const description = "app of acme/prod · opconnect:acme/prod/app";
  expect(op.vaults).toEqual([{ id, name, description }]);
});

test("a vault of ours is found again", async () => {
  const op = createMemoryOp();
  const { id } = await ensureVault(request, { op });
  expect(await ensureVault(request, { op })).toEqual({ id, name: request.title, adopted: true });
  expect(op.vaults).toHaveLength(1);
});

test.each([
  ["no mark", ""],
  ["the mark of another environment", "opconnect:acme/prod/app-two"],
])("a vault of the title with %s is not taken", async (_, description) => {
  const op = createMemoryOp();
  const theirs = await op.createVault({ title: request.title, description });
  const ensuring = ensureVault(request, { op });
  await expect(ensuring).rejects.toMatchObject({ code: "OP_NAME_TAKEN" });
  await expect(ensuring).rejects.toThrow(`\`id: "${theirs.id}"\``);
  expect(op.vaults).toHaveLength(1);
});

test("a vault without a mark is taken over where that is asked for, and gets the mark", async () => {
  const op = createMemoryOp();
  const { id } = await op.createVault({ title: request.title });
  expect(await ensureVault({ ...request, adopt: true }, { op })).toMatchObject({
    id,
    adopted: true,
  });
  expect(op.vaults[0]?.description).toBe("app of acme/prod · opconnect:acme/prod/app");
});

test("a vault that is taken over keeps its description and its icon", async () => {
  const op = createMemoryOp();
  await op.createVault({ title: request.title, description: "by hand", icon: "gears" });
  await ensureVault({ ...request, adopt: true, icon: "lock" }, { op });
  expect(op.vaults[0]).toMatchObject({
    description: "by hand · opconnect:acme/prod/app",
    icon: "gears",
  });
});

test("a vault is taken over by its id, whatever its title", async () => {
  const op = createMemoryOp();
  const { id } = await op.createVault({ title: "Team" });
  const adopted = await ensureVault({ ...request, id }, { op });
  expect(adopted).toEqual({ id, name: "Team", adopted: true });
  expect(op.vaults).toHaveLength(1);
  expect(op.calls).not.toContain("listVaults");
});

test.each([
  ["manages without reading it", "view" as const],
  ["reads without managing it", "manage" as const],
])("a vault that the person %s is found, and not made a second time", async (_, list) => {
  const op = createMemoryOp();
  const { id } = await ensureVault(request, { op });
  const other = createMemoryOp();
  other.vaults.push(...op.vaults.map((vault) => ({ ...vault, hiddenFrom: [list] })));
  expect(await ensureVault(request, { op: other })).toMatchObject({ id, adopted: true });
});

test("an account that does not know manage_vault is asked for allow_managing", async () => {
  const op = createMemoryOp();
  const asked: (string | undefined)[] = [];
  const teams = keepLists({
    ...op,
    async listVaults(filter) {
      asked.push(filter?.permission);
      if (filter?.permission !== "manage_vault") return op.listVaults(filter);
      throw new ConnectError("OP_FAILED", 'invalid permission "manage_vault"', "fixture");
    },
  });
  await ensureVault(request, { op: teams });
  expect(asked).toEqual(["manage_vault", "allow_managing", undefined]);
});

test("several vaults of one title are an error that lists them, also when adopting", async () => {
  const op = createMemoryOp();
  const first = await op.createVault({ title: request.title, description: request.mark });
  const second = await op.createVault({ title: request.title });
  const ensuring = ensureVault({ ...request, adopt: true }, { op });
  await expect(ensuring).rejects.toMatchObject({ code: "OP_AMBIGUOUS_NAME" });
  await expect(ensuring).rejects.toThrow(`${first.id}, ${second.id}`);
});

test("vaults made one after the other or at once share one listing", async () => {
  const op = createMemoryOp();
  const keys = ["app", "data", "shared"];
  const ensure = (key: string) =>
    ensureVault({ ...request, title: key, mark: `opconnect:${key}` }, { op });
  await Promise.all(keys.map(ensure));
  for (const key of ["jobs", "logs"]) await ensure(key);
  expect(op.calls.filter((call) => call === "listVaults")).toHaveLength(2);
  expect(op.calls.filter((call) => call === "createVault")).toHaveLength(5);
});

test("a person who may not create Connect servers creates no vault for one", async () => {
  const op = createMemoryOp();
  op.failures.set("listServers", new ConnectError("OP_CANNOT_MINT", "fixture", "fixture"));
  const forConnect = { ...request, forConnect: true };
  await expect(ensureVault(forConnect, { op })).rejects.toMatchObject({ code: "OP_CANNOT_MINT" });
  expect(op.vaults).toEqual([]);
  expect(await ensureVault(request, { op })).toMatchObject({ adopted: false });
  expect(await ensureVault(forConnect, { op })).toMatchObject({ adopted: true });
});

test("whether the person may create Connect servers is asked once, and again after a refusal", async () => {
  const op = createMemoryOp();
  op.failures.set("listServers", new ConnectError("OP_CANNOT_MINT", "fixture", "fixture"));
  const ensure = (key: string) =>
    ensureVault({ ...request, title: key, mark: `opconnect:${key}`, forConnect: true }, { op });
  await expect(ensure("app")).rejects.toMatchObject({ code: "OP_CANNOT_MINT" });
  op.failures.clear();
  await Promise.all(["app", "data", "shared"].map(ensure));
  expect(op.calls.filter((call) => call === "listServers")).toHaveLength(2);
});

test("a listing that failed is not kept", async () => {
  const op = createMemoryOp();
  op.failures.set("listVaults", new ConnectError("OP_TIMED_OUT", "fixture", "fixture"));
  await expect(ensureVault(request, { op })).rejects.toMatchObject({ code: "OP_TIMED_OUT" });
  op.failures.clear();
  expect(await ensureVault(request, { op })).toMatchObject({ adopted: false });
});

test("a vault whose creation went through though op failed is found by the next attempt", async () => {
  const op = createMemoryOp();
  const lossy = keepLists({
    ...op,
    async createVault(vault) {
      await op.createVault(vault);
      throw new ConnectError("OP_TIMED_OUT", "fixture", "fixture");
    },
  });
  await expect(ensureVault(request, { op: lossy })).rejects.toMatchObject({ code: "OP_TIMED_OUT" });
  expect(await ensureVault(request, { op: lossy })).toMatchObject({ adopted: true });
  expect(op.vaults).toHaveLength(1);
});

test("where op cannot be used, the error names the command that an admin runs", async () => {
  const op = createMemoryOp();
  op.failures.set(
    "listVaults",
    new ConnectError("OP_NOT_INSTALLED", "There is no `op`.", "Install it."),
  );
  await expect(ensureVault(request, { op })).rejects.toThrow(
    "There is no `op`. Somebody who may create Connect servers runs `pulumi up --stack acme-prod`",
  );
});

test("groups and users get their roles, with all that these depend on", async () => {
  const op = createMemoryOp();
  const access = {
    groups: { "Team Members": "read" },
    users: { "mia@example.com": "manage" },
  } as const;
  await ensureVault({ ...request, ...access }, { op });
  expect([...(op.vaults[0]?.access ?? [])]).toEqual([
    ["group Team Members", ["allow_viewing"]],
    ["user mia@example.com", ["allow_viewing", "allow_editing", "allow_managing"]],
  ]);
});

test("in a new vault those named keep no more than their role, and who is not named keeps what 1Password gave", async () => {
  const op = createMemoryOp();
  const generous = keepLists({
    ...op,
    async createVault(vault) {
      const created = await op.createVault(vault);
      for (const name of ["Owners", "Administrators"]) {
        const holder = { kind: "group", name } as const;
        const permissions = ["manage_vault"];
        await op.grantVaultAccess({ vaultId: created.id, holder, permissions });
      }
      return created;
    },
  });
  await ensureVault({ ...request, groups: { Administrators: "read" } }, { op: generous });
  expect([...(op.vaults[0]?.access ?? [])]).toEqual([
    ["group Owners", ["manage_vault"]],
    ["group Administrators", ["allow_viewing"]],
  ]);
});

test("a vault found again has the access of those named brought into line, and of no others", async () => {
  const op = createMemoryOp();
  await ensureVault({ ...request, groups: { Auditors: "manage" } }, { op });
  op.vaults[0]?.access?.set("group Owners", ["manage_vault"]);
  await ensureVault({ ...request, groups: { Auditors: "read", Developers: "read-write" } }, { op });
  expect([...(op.vaults[0]?.access ?? [])]).toEqual([
    ["group Auditors", ["allow_viewing"]],
    ["group Owners", ["manage_vault"]],
    ["group Developers", ["allow_viewing", "allow_editing"]],
  ]);
});
