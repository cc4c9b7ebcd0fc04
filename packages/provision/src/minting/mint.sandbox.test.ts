import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { decodeConnectToken, isConnectError, parseCredentialsFile } from "@opconnect/core";
import { addPerson, grantVaultAccess, injectFailure, signIn, wordings } from "@opconnect/sandbox";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createMemoryStore, type MemoryStore } from "../../fixtures/fakes/memory-store.ts";
import { createSandboxOp, type SandboxOp } from "../../fixtures/fakes/sandbox-op.ts";
import { createOpCli, type OpCli } from "../op/op-cli.ts";
import { deleteServer } from "../server/delete.ts";
import { ensureServer } from "../server/ensure.ts";
import { renameServer } from "../server/rename.ts";
import { updateServerGrants } from "../server/update-grants.ts";
import { deleteToken } from "../token/delete.ts";
import { ensureToken } from "../token/ensure.ts";
import { ensureVault } from "../vault/ensure.ts";

// Each call of `op` is a process, which takes long on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

let sandbox: SandboxOp;
let op: OpCli;
let store: MemoryStore;
let errors: string[];

beforeEach(() => openAccount(0));

/** A new account, whose `op` uses these of the words that nobody has recorded. */
async function openAccount(wording: number) {
  sandbox = await createSandboxOp({ wording });
  vi.stubEnv("TMPDIR", sandbox.temporary);
  op = createOpCli({ env: sandbox.env, timeoutMs: 20_000 });
  store = createMemoryStore();
  errors = [];
}

const inEachWording = (name: string, body: () => Promise<void>) =>
  test.each(wordings)(`${name} (wording %i)`, async (wording) => {
    vi.unstubAllEnvs();
    await sandbox.remove();
    await openAccount(wording);
    await body();
  });

/** After every test: nothing secret in an error, in the tags, in arguments or on disk. */
afterEach(async () => {
  const tags = [...store.secrets.values()].map((secret) => JSON.stringify(secret.tags));
  const calls = await sandbox.newCalls();
  expect(calls.filter((call) => call.secretInArguments)).toEqual([]);
  expect(await sandbox.findSecrets([...errors, ...tags, JSON.stringify(calls)])).toEqual([]);
  expect(await readdir(sandbox.temporary)).toEqual([]);
  vi.unstubAllEnvs();
  await sandbox.remove();
});

const adminCommand = "pulumi up --stack acme-prod";
const credentialsSecret = "opconnect/acme/prod/credentials";
const tokenSecret = "opconnect/acme/prod/operator-token";
const patience = { retryDelayMs: 10 };

const vault = (key: string) =>
  ensureVault(
    { title: `acme-prod-${key}`, mark: `opconnect:acme/prod/${key}`, adminCommand },
    { op },
  );

const server = (vaultIds: readonly string[], revision = 1) =>
  ensureServer(
    {
      name: "acme-prod",
      vaults: grants(vaultIds),
      secretId: credentialsSecret,
      revision,
      adminCommand,
    },
    { op, store },
  );

const token = (serverId: string, vaultIds: readonly string[], expiresIn?: string) =>
  ensureToken(
    {
      name: "acme-prod-operator",
      serverId,
      vaults: grants(vaultIds),
      secretId: tokenSecret,
      revision: 1,
      expiresIn,
      adminCommand,
    },
    { op, store },
    patience,
  );

/** The first is for reading, the others for writing too. */
function grants(ids: readonly string[]) {
  return ids.map((id, index) => ({
    key: `vault-${index}`,
    id,
    access: index === 0 ? ("read" as const) : ("read-write" as const),
  }));
}

/** What a call fails with; its text goes through the search for secrets. */
async function failureOf(work: Promise<unknown>) {
  const error = await work.then(
    () => undefined,
    (caught: unknown) => caught,
  );
  errors.push(String(error), JSON.stringify(error) ?? "");
  if (!isConnectError(error)) throw new Error(`expected a ConnectError, got ${String(error)}`);
  return error;
}

test("an environment with three vaults goes up with no more than nine calls, and is adopted with a look at each", async () => {
  const vaults = await Promise.all(["app", "data", "shared"].map(vault));
  const ids = vaults.map(({ id }) => id);
  const { serverId } = await server(ids);
  const { tokenId, expiresAt } = await token(serverId, ids, "90d");
  const calls = await sandbox.newCalls();
  expect(calls.map(({ argv }) => argv.slice(0, 3).join(" ")).length).toBeLessThanOrEqual(9);
  expect(
    calls.flatMap(({ environment }) => environment).filter((name) => name !== "OP_CACHE"),
  ).toEqual([]);

  const claims = decodeConnectToken(store.secrets.get(tokenSecret)?.value ?? "");
  expect(claims).toMatchObject({ id: tokenId, serverId, expiresAt });
  expect(claims.vaults.map(({ id, access }) => [id, access])).toEqual([
    [ids[0], "read"],
    [ids[1], "read-write"],
    [ids[2], "read-write"],
  ]);
  parseCredentialsFile(store.secrets.get(credentialsSecret)?.value ?? "");

  expect(await server(ids)).toMatchObject({ serverId, adopted: true });
  expect(await token(serverId, ids, "90d")).toMatchObject({ tokenId, adopted: true });
  expect((await sandbox.newCalls()).map(({ argv }) => argv.slice(0, 3).join(" "))).toEqual([
    "connect server list",
    "connect token list",
  ]);
});

test("a vault found again is looked at once, and keeps its id", async () => {
  const { id } = await vault("app");
  expect(await vault("app")).toEqual({ id, name: "acme-prod-app", adopted: true });
  expect((await op.getVault(id)).description).toBe("opconnect:acme/prod/app");
  await op.editVault({ id, title: "acme-prod-web", description: "web" });
  expect(await op.getVault(id)).toMatchObject({ name: "acme-prod-web", description: "web" });
});

test("a token that op lets out a vault of is asked for again", async () => {
  const { id } = await vault("app");
  const { serverId } = await server([id]);
  await injectFailure(sandbox.home, {
    match: "connect token create",
    times: 2,
    kind: "drop-vaults",
  });
  const { tokenId } = await token(serverId, [id]);
  const tokens = await op.listTokens(serverId);
  expect(tokens.filter(({ state }) => state === "ACTIVE").map((row) => row.id)).toEqual([tokenId]);
  expect(tokens).toHaveLength(3);
});

inEachWording("grants are changed in place, and changing them twice is no error", async () => {
  const [app, data] = [await vault("app"), await vault("data")];
  const { serverId } = await server([app.id]);
  const update = { serverId, secretId: credentialsSecret, adminCommand };
  const change = { ...update, previous: grants([app.id]), vaults: grants([data.id]) };
  await updateServerGrants(change, { op, store });
  await updateServerGrants(change, { op, store });
  const error = await failureOf(token(serverId, [app.id]));
  expect(["OP_VAULT_ACCESS", "OP_FAILED"]).toContain(error.code);
  expect(await token(serverId, [data.id])).toMatchObject({ adopted: false });
});

inEachWording("a vault taken from a server by hand is granted again for a new token", async () => {
  const { id } = await vault("app");
  const { serverId } = await server([id]);
  await op.revokeVault({ serverId, vaultId: id });
  const common = { name: "acme-prod-operator", secretId: tokenSecret, revision: 1, adminCommand };
  const vaults = grants([id]);
  const request = { ...common, serverId, vaults, serverVaults: vaults };
  expect(await ensureToken(request, { op, store }, patience)).toMatchObject({ adopted: false });
});

inEachWording(
  "a server and its token are deleted, and deleting them again is no error",
  async () => {
    const { id } = await vault("app");
    const { serverId } = await server([id]);
    const { tokenId } = await token(serverId, [id]);
    for (const _ of ["once", "twice"]) {
      await deleteToken({ tokenId, serverId, secretId: tokenSecret, adminCommand }, { op, store });
      await deleteServer({ serverId, secretId: credentialsSecret, adminCommand }, { op, store });
    }
    expect((await op.listServers()).filter(({ state }) => state === "ACTIVE")).toEqual([]);
    const next = await server([id]);
    expect(next).toMatchObject({ adopted: false });
    expect(next.serverId).not.toBe(serverId);
  },
);

inEachWording("a token of a server that is gone is gone", async () => {
  const { id } = await vault("app");
  const { serverId } = await server([id]);
  const { tokenId } = await token(serverId, [id]);
  await deleteServer({ serverId, secretId: credentialsSecret, adminCommand }, { op, store });
  await deleteToken({ tokenId, serverId, secretId: tokenSecret, adminCommand }, { op, store });
});

test("whoever is not signed in is told what an admin runs", async () => {
  await signIn(sandbox.home, undefined);
  const error = await failureOf(server([]));
  expect(error.code).toBe("OP_NOT_SIGNED_IN");
  expect(error.message).toContain("`pulumi up --stack acme-prod`");
  expect(store.calls).toEqual(["read"]);
});

test("a service account is kept from op, and told that it cannot mint", async () => {
  await signIn(sandbox.home, undefined);
  const env = { ...sandbox.env, OP_SERVICE_ACCOUNT_TOKEN: "ops_fixture" };
  op = createOpCli({ env });
  expect((await failureOf(server([]))).code).toBe("OP_CANNOT_MINT");
});

inEachWording("a person who does not manage Secrets Automation cannot mint", async () => {
  const { id } = await vault("app");
  await addPerson(sandbox.home, { name: "Mia Member", email: "mia@example.com" });
  await signIn(sandbox.home, "mia@example.com");
  const error = await failureOf(server([id]));
  expect(["OP_CANNOT_MINT", "OP_FAILED"]).toContain(error.code);
  expect(error.message).toContain(adminCommand);
});

inEachWording(
  "a person without full access to a vault is told which and who can grant it",
  async () => {
    const { id } = await vault("app");
    const groups = ["Secrets Automation Managers"];
    await addPerson(sandbox.home, { name: "Mia Member", email: "mia@example.com", groups });
    const permissions = ["allow_viewing"];
    await grantVaultAccess(sandbox.home, { vault: id, to: "mia@example.com", permissions });
    await signIn(sandbox.home, "mia@example.com");
    const error = await failureOf(server([id]));
    expect(error.code).toBe("OP_VAULT_ACCESS");
    expect(error.message).toContain(`op vault user grant --vault ${id}`);
    expect((await op.listServers()).filter(({ state }) => state === "ACTIVE")).toEqual([]);
  },
);

test("a limit of 1Password, a text before the output and a hanging op are told apart", async () => {
  await injectFailure(sandbox.home, { match: "vault list", kind: "rate-limit" });
  expect((await failureOf(vault("app"))).code).toBe("OP_RATE_LIMITED");

  const text = "[WARNING] 2026/01/02 10:00:00 A new version of 1Password CLI is there.";
  await injectFailure(sandbox.home, { match: "vault list", kind: "text-before-output", text });
  expect(await vault("app")).toMatchObject({ adopted: false });

  op = createOpCli({ env: sandbox.env, timeoutMs: 1_500 });
  await injectFailure(sandbox.home, { match: "connect server create", kind: "hang" });
  expect((await failureOf(server([]))).code).toBe("OP_TIMED_OUT");
});

test("an op killed after it wrote the credentials file leaves nothing on disk", async () => {
  await injectFailure(sandbox.home, {
    match: "connect server create",
    kind: "kill",
    when: "after",
  });
  expect((await failureOf(server([]))).code).toBe("OP_FAILED");
  const { serverId } = await server([]);
  const live = (await op.listServers()).filter(({ state }) => state === "ACTIVE");
  expect(live.map(({ id }) => id)).toEqual([serverId]);
});

test("a server is renamed in place", async () => {
  const { serverId } = await server([]);
  const renaming = { serverId, name: "acme-prod-2", secretId: credentialsSecret, adminCommand };
  await renameServer(renaming, { op, store });
  expect(await op.listServers()).toMatchObject([{ id: serverId, name: "acme-prod-2" }]);
});

test("a run that is told to end while op runs leaves nothing on disk and no op behind", async () => {
  await injectFailure(sandbox.home, {
    match: "connect server create",
    kind: "hang",
    when: "after",
  });
  const program = fileURLToPath(
    new URL("../../fixtures/processes/create-server-process.ts", import.meta.url),
  );
  const child = spawn(process.execPath, [program], { env: sandbox.env, stdio: "ignore" });
  const exited = once(child, "exit");
  const written = async () => {
    const files = await readdir(sandbox.temporary, { recursive: true });
    expect(files.join()).toContain("1password-credentials.json");
  };
  await vi.waitFor(written, { timeout: 30_000 });
  child.kill("SIGTERM");
  expect(await exited).toEqual([null, "SIGTERM"]);
  expect(await readdir(sandbox.temporary)).toEqual([]);
});

test("a credentials file that lies about would be found", async () => {
  await server([]);
  const credentialsFile = store.secrets.get(credentialsSecret)?.value ?? "";
  const { uniqueKey } = parseCredentialsFile(credentialsFile);
  expect(await sandbox.findSecrets([`the key is ${uniqueKey.k}`])).not.toEqual([]);
  const path = join(sandbox.temporary, "left-behind");
  await writeFile(path, credentialsFile);
  expect(await sandbox.findSecrets([])).not.toEqual([]);
  await rm(path);
});
