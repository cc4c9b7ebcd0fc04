import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { addPerson, grantVaultAccess, injectFailure, signIn } from "@opconnect/sandbox";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createMemoryStore } from "../../fixtures/fakes/memory-store.ts";
import { createSandboxOp, type SandboxOp } from "../../fixtures/fakes/sandbox-op.ts";
import { createOpCli, type OpCli } from "../op/op-cli.ts";
import { runPreflight } from "../preflight/run.ts";
import { ensureServer } from "../server/ensure.ts";
import { ensureToken } from "../token/ensure.ts";
import { explainingVaultRefusal } from "./access/explain-refusal.ts";
import { deleteVault } from "./delete.ts";
import { editVault } from "./edit.ts";
import { ensureVault } from "./ensure.ts";
import { observeVault } from "./observe.ts";

// Each call of `op` is a process, which takes long on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

let sandbox: SandboxOp;
let op: OpCli;

beforeEach(async () => {
  sandbox = await createSandboxOp();
  op = createOpCli({ env: sandbox.env });
  await addPerson(sandbox.home, { name: "Mia", email: "mia@example.com" });
  const groups = ["Administrators"];
  await addPerson(sandbox.home, { name: "Adam", email: "adam@example.com", groups });
});

afterEach(() => sandbox.remove());

const request = {
  title: "acme-prod-app",
  description: "app of acme/prod",
  mark: "opconnect:acme/prod/app",
  adminCommand: "pulumi up --stack acme-prod",
};

/** `op` signed in as another person. */
async function as(email: string): Promise<OpCli> {
  await signIn(sandbox.home, email);
  return createOpCli({ env: sandbox.env });
}

/** Commands run since the last time this was asked, without their values. */
async function newCommands(): Promise<readonly string[]> {
  return (await sandbox.newCalls()).map(({ argv }) => argv.join(" "));
}

/** Runs `op` as a person does. */
async function runOp(args: readonly string[]): Promise<void> {
  const running = promisify(execFile)("op", args, { env: sandbox.env });
  // An open stdin is read for a template.
  running.child.stdin?.end();
  await running;
}

/** Runs a command that an error tells to run. */
async function runAsTold(remedy: string): Promise<void> {
  const [, command = ""] = /`op ([^`]+)`/.exec(remedy) ?? [];
  await runOp(command.split(" "));
}

test("an administrator finds the vault that another one made and that they cannot read", async () => {
  const { id } = await ensureVault(request, { op });
  const admin = await as("adam@example.com");
  expect(await admin.listVaults()).not.toContainEqual(expect.objectContaining({ id }));
  expect(await ensureVault(request, { op: admin })).toMatchObject({ id, adopted: true });
});

test("roles are given, changed and taken, and no other user is touched", async () => {
  const users = { "mia@example.com": "manage" } as const;
  const groups = { "Team Members": "read" } as const;
  const made = { ...request, users, groups };
  const { id } = await ensureVault(made, { op });
  expect(await observeVault({ ...made, id }, { op })).toMatchObject({ drift: [] });
  await grantVaultAccess(sandbox.home, {
    vault: id,
    to: "adam@example.com",
    permissions: ["allow_viewing"],
  });

  const changed = { ...request, id, users: { "mia@example.com": "read" } } as const;
  await editVault({ ...changed, previous: [made] }, { op });
  expect(await observeVault({ ...changed, id }, { op })).toMatchObject({ drift: [] });
  const holders = await op.listVaultHolders(id, "user");
  const permissions = new Map(holders.map((holder) => [holder.email, holder.permissions]));
  const viewing = ["view_items", "view_and_copy_passwords", "view_item_history"];
  expect(permissions.get("mia@example.com")).toEqual(viewing);
  expect(permissions.get("adam@example.com")).toEqual(viewing);
  const groupNames = (await op.listVaultHolders(id, "group")).map(({ name }) => name);
  expect(groupNames).toEqual(["Owners", "Administrators"]);
});

test("a role taken by hand is drift, and comes back", async () => {
  const made = { ...request, groups: { "Team Members": "read-write" } } as const;
  const { id } = await ensureVault(made, { op });
  const holder = { kind: "group", name: "Team Members" } as const;
  await op.revokeVaultAccess({ vaultId: id, holder, permissions: ["allow_editing"] });
  const { groups } = made;
  expect(await observeVault({ ...request, id, groups }, { op })).toMatchObject({
    drift: ["the group Team Members has read, not read-write"],
  });
  await editVault({ ...made, id, previous: [made] }, { op });
  expect(await observeVault({ ...request, id, groups }, { op })).toMatchObject({ drift: [] });
});

test("every change of access says its permissions, and asks nothing", async () => {
  const made = { ...request, users: { "mia@example.com": "read-write" } } as const;
  const { id } = await ensureVault(made, { op });
  await editVault(
    { ...request, id, users: { "mia@example.com": "read" }, previous: [made] },
    { op },
  );
  const changes = (await newCommands()).filter((command) => command.startsWith("vault user"));
  expect(changes.filter((command) => !command.includes("list"))).toEqual([
    `vault user grant --vault ${id} --user mia@example.com --permissions allow_viewing,allow_editing --no-input`,
    `vault user revoke --vault ${id} --user mia@example.com --permissions create_items,edit_items,archive_items,delete_items,import_items,export_items,copy_and_share_items,print_items --no-input`,
  ]);
});

test("a Teams account is served in its own words", async () => {
  await sandbox.remove();
  sandbox = await createSandboxOp({ type: "TEAMS" });
  op = createOpCli({ env: sandbox.env });
  await addPerson(sandbox.home, { name: "Mia", email: "mia@example.com" });
  const made = { ...request, users: { "mia@example.com": "manage" } } as const;
  const { id } = await ensureVault(made, { op });
  const changed = { ...request, id, users: { "mia@example.com": "read" } } as const;
  await editVault({ ...changed, previous: [made] }, { op });
  expect(await observeVault(changed, { op })).toMatchObject({ drift: [] });
  const results = await runPreflight({ vaults: [{ id }] }, { op });
  expect(results.find(({ check }) => check === "vault-access")?.status).toBe("ok");
});

test("a vault with an item in it outlives its environment", async () => {
  const { id } = await ensureVault(request, { op });
  await runOp(["item", "create", "--category", "login", "--title", "db", "--vault", id]);
  const adminCommand = "pulumi destroy --stack acme-prod";
  expect(await deleteVault({ id, adminCommand }, { op })).toMatchObject({
    outcome: "kept",
    items: 1,
  });
  const fate = await deleteVault({ id, adminCommand, evenIfNotEmpty: true }, { op });
  expect(fate).toEqual({ outcome: "deleted" });
  expect(await deleteVault({ id, adminCommand }, { op })).toMatchObject({ outcome: "not-shown" });
});

test("two runs at once make one vault", async () => {
  const store = createMemoryStore();
  const of = (adapter: OpCli) =>
    ensureVault(
      { ...request, secretId: "opconnect/acme/prod/credentials", key: "app" },
      { op: adapter, store: { ...store } },
    );
  const other = createOpCli({ env: sandbox.env });
  const [one, two] = await Promise.all([of(op), of(other)]);
  expect(one.id).toBe(two.id);
  const namesakes = (await op.listVaults()).filter(({ name }) => name === request.title);
  expect(namesakes).toHaveLength(1);
});

test("what another adapter of this process has listed before does not make a second vault", async () => {
  const store = createMemoryStore();
  const of = (adapter: OpCli, title: string) =>
    ensureVault(
      { ...request, title, secretId: "opconnect/acme/prod/credentials", key: title },
      { op: adapter, store },
    );
  const other = createOpCli({ env: sandbox.env });
  await Promise.all([of(other, "acme-prod-data"), of(op, request.title)]);
  expect(await of(other, request.title)).toMatchObject({ adopted: true });
  const namesakes = (await op.listVaults()).filter(({ name }) => name === request.title);
  expect(namesakes).toHaveLength(1);
});

test("an environment of two vaults that is new to its account goes up with seven calls", async () => {
  const store = createMemoryStore();
  const secretId = "opconnect/acme/prod/credentials";
  const systems = { op, store };
  const { adminCommand } = request;
  const ensure = async (key: string) => {
    const mark = `opconnect:acme/prod/${key}`;
    const named = { title: `acme-prod-${key}`, mark, key, secretId, adminCommand };
    const { id } = await ensureVault({ ...named, forConnect: true }, systems);
    return { key, id, access: "read" as const };
  };
  const vaults = await Promise.all(["app", "data"].map(ensure));
  const minted = { name: "acme-prod", vaults, revision: 1, adminCommand };
  const { serverId } = await ensureServer({ ...minted, secretId }, systems);
  const token = {
    ...minted,
    serverId,
    serverVaults: vaults,
    secretId: "opconnect/acme/prod/token",
  };
  await ensureToken({ ...token, name: "acme-prod-operator" }, systems);
  const commands = (await sandbox.newCalls()).map(({ argv }) => argv.slice(0, 3).join(" "));
  expect(commands.toSorted()).toEqual([
    "connect server create",
    "connect server list",
    "connect token create",
    "vault create acme-prod-app",
    "vault create acme-prod-data",
    "vault list --format",
    "vault list --permission",
  ]);
});

test("401 Auth Error becomes the vault, the permission and a command that helps", async () => {
  const { id } = await ensureVault(request, { op });
  const admin = await as("adam@example.com");
  const create = () =>
    explainingVaultRefusal([id], admin, () =>
      admin.createServer({ name: "acme-prod", vaultIds: [id], knownIds: [] }),
    );
  const error = await create().catch((caught: unknown) => caught);
  expect(error).toMatchObject({
    code: "OP_VAULT_ACCESS",
    happened: expect.stringContaining("401 Auth Error (exit code 6)"),
    remedy: expect.stringContaining("You manage it, so you can give yourself the rest"),
  });
  expect(String(error)).toContain(`You lack allow_viewing in the vault "acme-prod-app" (${id})`);
  await runAsTold(error instanceof Error && "remedy" in error ? String(error.remedy) : "");
  expect(await create()).toMatchObject({ id: expect.any(String) });
});

test("preflight finds the same beforehand, and that a member cannot mint", async () => {
  const { id } = await ensureVault(request, { op });
  const environment = { vaults: [{ title: request.title, id }], account: "sandbox.1password.com" };
  const statuses = async (adapter: OpCli) => {
    const results = await runPreflight(environment, { op: adapter });
    return results.slice(0, 5).map(({ check, status, code }) => `${check} ${code ?? status}`);
  };
  expect(await statuses(op)).toEqual([
    "op-version ok",
    "op-sign-in ok",
    "op-account ok",
    "minting-right ok",
    "vault-access ok",
  ]);
  expect((await statuses(await as("adam@example.com")))[4]).toBe("vault-access OP_VAULT_ACCESS");
  expect(await statuses(await as("mia@example.com"))).toEqual([
    "op-version ok",
    "op-sign-in ok",
    "op-account ok",
    "minting-right OP_CANNOT_MINT",
    "vault-access OP_VAULT_ACCESS",
  ]);
});

test("signed out, or with an unknown refusal, preflight says what it could establish", async () => {
  await injectFailure(sandbox.home, {
    match: "connect server list",
    kind: "exit",
    message: "the moon is in the wrong phase",
    exitCode: 9,
  });
  const results = await runPreflight({}, { op });
  const [failed] = results.filter(({ status }) => status === "failed");
  expect(failed?.happened).toContain("the moon is in the wrong phase (exit code 9)");
  expect(failed?.happened).toContain("Signed in as owner@example.com.");
  await signIn(sandbox.home, undefined);
  const signedOut = await runPreflight({}, { op });
  expect(signedOut.map(({ code }) => code)).toContain("OP_NOT_SIGNED_IN");
});
