import { afterAll, beforeAll, expect, test } from "vitest";
import { type ApiRequest, askApiServer } from "../harness/act/api-request.ts";
import { environmentConfig } from "../harness/act/environment-config.ts";
import { editItem, newFields, typeItem } from "../harness/act/item.ts";
import { opconnect, startOpconnect } from "../harness/act/opconnect.ts";
import { createProject, type Project } from "../harness/act/project.ts";
import { scaleAndWait, scaleDeployment } from "../harness/disturb/deployments.ts";
import { withoutOp } from "../harness/disturb/without-op.ts";
import { listedServer, listedVaults, op } from "../harness/look/account.ts";
import { alterSecret, removeSecret, secretValue } from "../harness/look/cluster-secret.ts";
import { printedJson } from "../harness/look/printed-json.ts";
import { waitForSecret } from "../harness/look/secret-arrival.ts";
import { rig } from "../harness/rig-lane.ts";

const namespace = "ver-prod-1password";
const connect = { namespace, name: "ver-prod-connect" };
const operator = { namespace, name: "ver-prod-connect-operator" };
const token = { namespace, name: "ver-prod-token", key: "token" };
const inApp = (name: string) => ({ namespace: "ver-app", name });
const titles = ["postgres", "edited", "altered", "removed", "twice"];

let project: Project;
let env: Record<string, string>;
let vaults: ReadonlyMap<string, string>;
const vaultId = (key: string) => vaults.get(`ver-prod-${key}`) ?? "";
const fields = newFields();

beforeAll(async () => {
  const bare = environmentConfig(rig, "ver", {
    items: {},
    operator: { pollingInterval: 2, watchNamespaces: [namespace, "ver-app"] },
  });
  project = await createProject({ ...rig, name: "ver", config: bare });
  env = await withoutOp(rig);
  const first = await project.up();
  expect(first.exitCode, first.output).toBe(0);
  vaults = await listedVaults(rig);
  for (const title of titles) await typeItem(rig, title, vaultId("app"), fields);
  await typeItem(rig, "other", vaultId("data"), fields);
  const item = (title: string, vault = "app") => ({ namespace: "ver-app", vault, item: title });
  const items = {
    ...Object.fromEntries(titles.map((title) => [title, item(title)])),
    postgres: { ...item("postgres"), keys: ["username", "password"] },
    other: item("other", "data"),
  };
  await project.configure(environmentConfig(rig, "ver", { items }));
  const { exitCode, output } = await project.up();
  expect(exitCode, output).toBe(0);
  for (const title of [...titles, "other"]) await waitForSecret(rig, inApp(title));
});
afterAll(async () => {
  await project.destroy();
});

test("of an environment that was just deployed all is proven, without op, and no value is shown", async () => {
  const { exitCode, outcome, checks, printed } = await verified();
  expect({ exitCode, outcome }, printed).toEqual({ exitCode: 0, outcome: "proven" });
  expect([...checks.keys()]).toEqual([
    "server ver-prod",
    "token ver-prod-operator",
    "token-expiry operator",
    "cluster",
    "cluster-secret ver-prod-credentials",
    "cluster-secret ver-prod-token",
    "deployment ver-prod-connect",
    "deployment ver-prod-connect-operator",
    `connect ${namespace}`,
    "definition",
    `operator-rights ${namespace}`,
    `network-policy ${namespace}/ver-prod-connect`,
    `network-policy ${namespace}/ver-prod-connect-operator`,
    "access-policy ver-prod-onepassword-deployments",
    "access-policy ver-prod-onepassword-items",
    "access-policy ver-prod-onepassword-operator",
    "access-policy ver-prod-onepassword-secrets",
    ...[...titles, "other"].sort().map((title) => `item ver-app/${title}`),
  ]);
  const table = await opconnect(rig, ["verify", "main"], { cwd: project.dir, env });
  expect(table.stdout).toMatch(/✔ Item ver-app\/postgres +The Secret is up to date: version 1/);
  expect(table.stdout).toMatch(/\n\nAll is in place, by 23 checks\.$/);
  const shown = [printed, table.stdout, table.stderr].join();
  const values = [await secretValue(rig, token), ...fields.map(({ value }) => value)];
  expect(values.filter((value) => shown.includes(value))).toEqual([]);
});

test("what cannot be looked at is told apart from what is wrong", async () => {
  const unreachable = { AWS_ENDPOINT_URL: "http://127.0.0.1:9" };
  const { exitCode, outcome, checks, printed } = await verified(unreachable);
  expect({ exitCode, outcome }, printed).toEqual({ exitCode: 2, outcome: "unproven" });
  expect(checks.get("token ver-prod-operator")).toMatch(/^skipped .*\[STORE_UNREACHABLE\]/);
  expect(checks.get("item ver-app/postgres")).toMatch(/^ok /);
});

test("a watch tells what changes, as it happens, until ^C", async () => {
  const watching = startOpconnect(rig, ["verify", "main", "--watch"], { cwd: project.dir, env });
  let shown = "";
  watching.stdout.on("data", (chunk: Buffer) => {
    shown += chunk.toString();
  });
  await expect.poll(() => shown, { timeout: 60_000 }).toContain("All is in place");
  const before = shown.length;
  await removeSecret(rig, inApp("removed"));
  const values = { ...inApp("altered"), key: "password" };
  await alterSecret(rig, values, "fixture");
  await typeItem(rig, "twice", vaultId("app"));
  await expect
    .poll(() => shown.slice(before), { timeout: 60_000 })
    .toMatch(/Item ver-app\/twice +2 items/);
  const later = shown.slice(before);
  expect(later).toMatch(/\d\d:\d\d:\d\d\n/);
  expect(later).toMatch(/✖ Item ver-app\/removed +Its Secret is gone/);
  expect(later).not.toContain("ver-app/postgres");
  process.kill(watching.pid ?? 0, "SIGINT");
  const { exitCode, stderr } = await watching;
  expect(exitCode, stderr).toBe(130);
});

test("Secrets that are gone, changed by hand, or of one of two items of a title are wrong", async () => {
  const { exitCode, outcome, checks } = await verified();
  expect({ exitCode, outcome }).toEqual({ exitCode: 1, outcome: "wrong" });
  expect(Object.fromEntries(checks)).toMatchObject({
    "item ver-app/removed": expect.stringMatching(/^failed Its Secret is gone/),
    "item ver-app/altered": expect.stringMatching(/^failed .* password was changed by .* after/),
    "item ver-app/twice": expect.stringMatching(/^failed 2 items .* titled "twice"/),
    "item ver-app/postgres": expect.stringMatching(/^ok /),
  });
});

test("a vault that Connect does not serve, and a right that the operator lacks, are wrong", async () => {
  const server = await listedServer(rig, "ver-prod");
  const granted = ["--server", server, "--vault", vaultId("data")];
  await op(rig, ["connect", "vault", "revoke", ...granted]);
  const bindings = "/apis/rbac.authorization.k8s.io/v1/namespaces/ver-app/rolebindings";
  const [binding] = JSON.parse((await ask({ method: "GET", path: bindings })).answer).items;
  await ask({ method: "DELETE", path: `${bindings}/${binding.metadata.name}` });
  const { exitCode, checks } = await verified();
  expect(exitCode).toBe(1);
  expect(Object.fromEntries(checks)).toMatchObject({
    [`connect ${namespace}`]: expect.stringMatching(/^failed .*not serve .*ver-prod-data/),
    [`operator-rights ${namespace}`]: expect.stringMatching(
      /^failed .* may not list onepassworditems\.onepassword\.com in ver-app/,
    ),
    "item ver-app/other": expect.stringMatching(/^failed .*the grant is gone/),
  });
  await op(rig, ["connect", "vault", "grant", ...granted]);
  const { resourceVersion: _, uid: __, ...metadata } = binding.metadata;
  const again = await ask({ method: "POST", path: bindings, body: { ...binding, metadata } });
  expect(again.status, again.answer).toBe(201);
});

test("credentials that the pods do not run with, and an operator that is down, are wrong", async () => {
  await scaleAndWait(rig, operator, 0);
  await editItem(rig, "edited", vaultId("app"));
  const stale = { "opconnect/credentials-fingerprint": "stale" };
  const template = { template: { metadata: { annotations: stale } } };
  const changed = await ask({
    method: "PATCH",
    path: `/apis/apps/v1/namespaces/${namespace}/deployments/${connect.name}`,
    body: { spec: template },
    contentType: "application/merge-patch+json",
  });
  expect(changed.status, changed.answer).toBe(200);
  await alterSecret(rig, token, "fixture");
  const { exitCode, checks } = await verified();
  expect(exitCode).toBe(1);
  expect(Object.fromEntries(checks)).toMatchObject({
    "cluster-secret ver-prod-token": expect.stringMatching(/^failed .*does not hold what was put/),
    "deployment ver-prod-connect": expect.stringMatching(/^failed .*with the current credentials/),
    "deployment ver-prod-connect-operator": expect.stringMatching(/^failed .*scaled to 0/),
  });
});

test("refresh and up put right what is the stack's, and an edit that nobody fetched is told", async () => {
  const refreshed = await project.refresh();
  expect(refreshed.exitCode, refreshed.output).toBe(0);
  const { exitCode, output } = await project.up();
  expect(exitCode, output).toBe(0);
  await scaleDeployment(rig, operator, 0);
  const late = async () => (await verified()).checks.get("item ver-app/edited");
  await editItem(rig, "edited", vaultId("app"));
  expect(await late()).toMatch(/^(warning|failed) The Secret has version/);
  await expect
    .poll(late, { timeout: 90_000, interval: 5_000 })
    .toMatch(/^failed .* The operator should have fetched it by now/);
  await scaleDeployment(rig, operator, 1);
  await expect.poll(late, { timeout: 60_000, interval: 5_000 }).toMatch(/^ok /);
});

/** What verify finds without `op`, by check and subject. */
async function verified(change: Readonly<Record<string, string>> = {}) {
  const run = { cwd: project.dir, env: { ...env, ...change } };
  const { exitCode, stdout, stderr } = await opconnect(rig, ["verify", "main", "--json"], run);
  expect(stdout, stderr).not.toBe("");
  const { outcome, checks } = printedJson("verify", stdout);
  const lines = checks.map(({ check, subject = "", status, happened, code }) => {
    const text = `${status} ${happened}${code === undefined ? "" : ` [${code}]`}`;
    return [`${check} ${subject}`.trim(), text] as const;
  });
  return { exitCode, outcome, checks: new Map(lines), printed: stdout + stderr };
}

function ask(request: ApiRequest) {
  return askApiServer(rig, request);
}
