import { ConnectError } from "@opconnect/core";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { type FixtureServer, serveJson } from "../../fixtures/fakes/http-server.ts";
import { kubeconfigFor } from "../../fixtures/fakes/kubernetes-api.ts";
import { createMemoryOp, type MemoryOp } from "../../fixtures/fakes/memory-op.ts";
import { createMemoryStore, type MemoryStore } from "../../fixtures/fakes/memory-store.ts";
import { withLease } from "../lease/with-lease.ts";
import { encodeStoreTags } from "../store/contract/value-tags.ts";
import type { PreflightEnvironment } from "./environment.ts";
import type { PreflightResult } from "./result.ts";
import { runPreflight } from "./run.ts";

// Loading the Kubernetes client takes long on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

/** A cluster that answers, and refuses the rights named here. */
let forbidden: readonly string[] = [];
let api: FixtureServer;

beforeAll(async () => {
  api = await serveJson((_, body) => {
    if (body === "") return { status: 200, body: { metadata: { uid: "fixture-uid" } } };
    const review = JSON.parse(body);
    const allowed = !forbidden.includes(review.spec.resourceAttributes.resource);
    return { status: 201, body: { ...review, status: { allowed } } };
  });
});

afterAll(() => api.close());

let op: MemoryOp;
let store: MemoryStore;
let environment: PreflightEnvironment;

const secrets = [
  { name: "credentials", secretId: "opconnect/acme/prod/credentials" },
  { name: "operator", secretId: "opconnect/acme/prod/operator-token" },
];
const accountId = "FIXTUREACCOUNTXXXXXXXXXXXX";

/** An environment in which everything is in place. */
beforeEach(async () => {
  forbidden = [];
  op = createMemoryOp();
  store = createMemoryStore();
  const { id } = await op.createVault({ title: "acme-prod-app" });
  const { id: serverId } = await op.createServer({ name: "acme-prod", vaultIds: [], knownIds: [] });
  for (const { name, secretId } of secrets) {
    await withLease({ op, store }, secretId, async () => undefined);
    const expiresAt = new Date(Date.now() + 60 * 86_400_000);
    const token = name === "operator" ? { tokenId: "fixture", expiresAt } : {};
    store.secrets.set(secretId, {
      value: "fixture",
      tags: encodeStoreTags({ serverId, accountId, ...token }),
    });
  }
  environment = {
    vaults: [{ title: "acme-prod-app", id }],
    serverId,
    secrets,
    cluster: { kubeconfig: kubeconfigFor(api.url) },
    namespace: "acme-prod-1password",
  };
  op.calls.length = 0;
  store.calls.length = 0;
});

const run = (changed: Partial<PreflightEnvironment> = {}) =>
  runPreflight({ ...environment, ...changed }, { op, openStore: () => store });

/** `<check> <subject>: <status>` of each result that is not "ok". */
function notOk(results: readonly PreflightResult[]) {
  return results
    .filter(({ status }) => status !== "ok")
    .map(({ check, subject, status, code }) =>
      [check, subject, status, code].filter((word) => word !== undefined).join(" "),
    );
}

test("an environment in which all is in place passes every check", async () => {
  const results = await run();
  expect(results.map(({ check, subject }) => [check, subject])).toEqual([
    ["op-version", undefined],
    ["op-sign-in", undefined],
    ["op-account", undefined],
    ["minting-right", undefined],
    ["vault-access", "acme-prod-app"],
    ["store-write", "credentials"],
    ["store-write", "operator"],
    ["cluster", undefined],
    ["cluster-permission", undefined],
    ["token-expiry", "operator"],
  ]);
  expect(notOk(results)).toEqual([]);
});

test("nothing is changed, and no value is read", async () => {
  const before = structuredClone([...store.secrets]);
  const leases = await Promise.all(secrets.map(({ secretId }) => store.readLease(secretId)));
  store.calls.length = 0;
  await run();
  expect([...store.secrets]).toEqual(before);
  expect(await Promise.all(secrets.map(({ secretId }) => store.readLease(secretId)))).toEqual(
    leases,
  );
  expect(store.calls).not.toContain("read");
  const reading = ["version", "getMe", "whoami", "listServers", "listVaults"];
  expect(op.calls.filter((call) => !reading.includes(call))).toEqual([]);
});

test.each(["2.24.1", "1.12.4"])("op %s is too old, and no more is asked of it", async (version) => {
  op.version = async () => version;
  expect(notOk(await run())).toEqual([
    "op-version failed OP_TOO_OLD",
    "op-sign-in skipped",
    "op-account skipped",
    "minting-right skipped",
    "vault-access skipped",
  ]);
  expect(op.calls).toEqual([]);
});

test("a check that is skipped says after which failure", async () => {
  op.failures.set("getMe", new ConnectError("OP_NOT_SIGNED_IN", "Signed out.", "Sign in."));
  const results = await run();
  expect(results.find(({ check }) => check === "vault-access")).toEqual({
    check: "vault-access",
    status: "skipped",
    happened: "Not looked at, because the check op-sign-in failed.",
  });
});

test("a service account cannot mint", async () => {
  op.me.type = "SERVICE_ACCOUNT";
  expect(notOk(await run())).toContain("op-sign-in failed OP_CANNOT_MINT");
});

test.each([
  [{ account: "other.1password.com" }, "failed"],
  [{ account: "https://acme.1password.com/" }, "ok"],
  [{ account: accountId.toLowerCase() }, "ok"],
  [{ secrets: [] }, "ok"],
])("signed in to acme.1password.com, %j is %s", async (changed, status) => {
  const account = (await run(changed)).find(({ check }) => check === "op-account");
  expect(account?.status).toBe(status);
});

test("another account than the one that the store's tags name is the wrong one", async () => {
  for (const secret of store.secrets.values()) secret.tags["opconnect:account-id"] = "OTHER";
  const results = await run();
  expect(notOk(results)).toEqual([
    "op-account failed OP_WRONG_ACCOUNT",
    "minting-right skipped",
    "vault-access skipped",
  ]);
});

test("a refusal to create servers leaves the vaults to be looked at", async () => {
  op.failures.set("listServers", new ConnectError("OP_CANNOT_MINT", "Refused.", "Ask Olga."));
  expect(notOk(await run())).toEqual(["minting-right failed OP_CANNOT_MINT"]);
});

test("a deleted Connect server is a warning", async () => {
  for (const server of op.servers) server.state = "REVOKED";
  expect(notOk(await run())).toEqual(["minting-right warning"]);
});

test("a missing right to a vault names the vault, the right and who can grant it", async () => {
  for (const vault of op.vaults) {
    vault.hiddenFrom = ["manage"];
    vault.access = new Map([["group Owners", ["manage_vault"]]]);
  }
  const [result] = (await run()).filter(({ status }) => status === "failed");
  const id = op.vaults[0]?.id;
  expect(result).toEqual({
    check: "vault-access",
    subject: "acme-prod-app",
    status: "failed",
    code: "OP_VAULT_ACCESS",
    happened: `You lack allow_managing in the vault "acme-prod-app" (${id}); whoever mints needs full access.`,
    remedy: `Somebody who manages it (the group Owners) gives it to you: \`op vault user grant --vault ${id} --user olga@example.com --permissions allow_viewing,allow_editing,allow_managing --no-input\`.`,
  });
});

test("a vault known by its title alone may yet have to be made", async () => {
  const vaults = [{ title: "acme-prod-app" }, { title: "acme-prod-new" }];
  const results = (await run({ vaults })).filter(({ check }) => check === "vault-access");
  expect(results.map(({ status }) => status)).toEqual(["ok", "ok"]);
  expect(results[1]?.happened).toContain("creates it");
});

test("a title that several vaults have is an error that lists them", async () => {
  await op.createVault({ title: "acme-prod-app" });
  const results = await run({ vaults: [{ title: "acme-prod-app" }] });
  expect(notOk(results)).toEqual(["vault-access acme-prod-app failed OP_AMBIGUOUS_NAME"]);
});

test("an unknown refusal of op is printed whole, with what could be established", async () => {
  const text = "`op` could not list the Connect servers: the moon is wrong (exit code 9).";
  op.failures.set("listServers", new ConnectError("OP_FAILED", text, "Run it yourself."));
  const [result] = (await run()).filter(({ status }) => status === "failed");
  expect(result?.happened).toContain(text);
  expect(result?.happened).toContain(
    "What is known: `op` is 2.39.0. Signed in as olga@example.com.",
  );
});

test("a store that takes no writes is found out by each secret", async () => {
  store.failures.set(
    "tag",
    new ConnectError("STORE_ACCESS_DENIED", "No TagResource.", "Allow it."),
  );
  expect(notOk(await run())).toEqual(["store-write credentials failed STORE_ACCESS_DENIED"]);
});

test("a store that lets tags be written but no values is found out too", async () => {
  store.failures.set("writeLease", new ConnectError("STORE_ACCESS_DENIED", "No Put.", "Allow it."));
  expect(notOk(await run())).toEqual(["store-write credentials failed STORE_ACCESS_DENIED"]);
});

test("a store without secrets yet is asked for its list", async () => {
  expect(notOk(await run({ secrets: [] }))).toEqual([]);
  expect(store.calls).toEqual(["listSecrets"]);
});

test("a store that cannot be opened is one result, and the rest is looked at", async () => {
  const openStore = () => {
    throw new ConnectError("STORE_UNREACHABLE", "No region.", "Set AWS_REGION.");
  };
  const results = await runPreflight(environment, { op, openStore });
  expect(notOk(results)).toEqual(["store-write failed STORE_UNREACHABLE"]);
});

test("what is not known of an environment is skipped", async () => {
  const results = await runPreflight({}, { op });
  expect(notOk(results)).toEqual([
    "vault-access skipped",
    "store-write skipped",
    "cluster skipped",
    "cluster-permission skipped",
  ]);
});

test("rights missing in the cluster are named as kubectl names them", async () => {
  forbidden = ["clusterroles", "deployments"];
  const [result] = (await run()).filter(({ status }) => status === "failed");
  expect(result?.happened).toBe(
    "You may not create clusterroles.rbac.authorization.k8s.io, create deployments.apps in acme-prod-1password, list deployments.apps in acme-prod-1password, get deployments.apps in acme-prod-1password, patch deployments.apps in acme-prod-1password.",
  );
});

test("a cluster that cannot be reached is not asked for rights", async () => {
  const cluster = { kubeconfig: kubeconfigFor("http://127.0.0.1:9") };
  expect(notOk(await run({ cluster }))).toEqual([
    "cluster failed CLUSTER_UNREACHABLE",
    "cluster-permission skipped",
  ]);
});

test.each([
  [15, "ok"],
  [13, "warning"],
  [-1, "failed"],
])("a token that expires in %d days is %s", async (days, status) => {
  const tags = store.secrets.get("opconnect/acme/prod/operator-token")?.tags ?? {};
  tags["opconnect:expires-at"] = new Date(Date.now() + days * 86_400_000 + 60_000).toISOString();
  const result = (await run()).find(({ check }) => check === "token-expiry");
  expect(result?.status).toBe(status);
});
