import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { AppsV1Api, CoreV1Api, KubeConfig } from "@kubernetes/client-node";
import { addServiceAccount } from "@opconnect/sandbox";
import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";
import { wellFormedToken } from "../harness/act/account-token.ts";
import { rigChart } from "../harness/act/environment-config.ts";
import { createProject, type Project } from "../harness/act/project.ts";
import { scaleDeployment } from "../harness/disturb/deployments.ts";
import { withoutOp } from "../harness/disturb/without-op.ts";
import { ownSteps } from "../harness/look/engine-events.ts";
import { createStoredSecret, putStoredValue } from "../harness/look/stored-secrets.ts";
import { rig } from "../harness/rig-lane.ts";

// 1Password itself can have no stand-in: the operator's client is a program of 1Password that asks no
// other address than 1Password's, before it reads anything. What it does until then is looked at.

const config = new KubeConfig();
config.loadFromFile(rig.kubeconfig);
const core = config.makeApiClient(CoreV1Api);
const apps = config.makeApiClient(AppsV1Api);

const client = "sa";
const namespace = `${client}-prod-1password`;
const deployment = { namespace, name: `${client}-prod-connect-operator` };
const secret = `opconnect/${client}/prod/account-token`;

let project: Project;
const args = {
  client,
  environment: "prod",
  vaults: ["app"],
  items: { postgres: { namespace: `${client}-app`, vault: "app", item: "postgres" } },
  chart: rigChart(rig),
  // Without 1Password the operator ends as soon as it has started.
  operator: { replicas: 0, pollingInterval: 60 },
};
const settings = (change: object = {}) => ({
  ...{ namespaces: [`${client}-app`], args: { ...args, ...change } },
});

beforeAll(async () => {
  project = await createProject({
    ...{ ...rig, name: client, program: "service-account", config: settings() },
  });
});
afterAll(async () => {
  await project.destroy();
});

/** A service account of the account on the rig. */
function makeAccount(vaults: readonly string[]): Promise<string> {
  const access = Object.fromEntries(vaults.map((vault) => [vault, ["read_items"]]));
  return addServiceAccount(rig.env.OPCONNECT_SANDBOX_HOME ?? "", { name: client, vaults: access });
}

test("a preview without a token fails with what an admin has to do, and nothing is made", async () => {
  const { exitCode, output } = await project.preview();
  expect(exitCode).not.toBe(0);
  expect(output).toContain(`aws secretsmanager create-secret --name ${secret}`);
  expect(output).toContain("[STORE_NOT_FOUND]");
});

test("the operator is installed without Connect, with the token from the store and in no state", async () => {
  await execa("op", ["vault", "create", `${client}-prod-app`], { env: rig.env, extendEnv: false });
  const token = await makeAccount([`${client}-prod-app`]);
  await createStoredSecret(rig, secret, token);
  const { exitCode, output } = await project.up();
  expect(exitCode, output).toBe(0);
  const { items } = await apps.listNamespacedDeployment({ namespace });
  expect(items.map(({ metadata }) => metadata?.name)).toEqual([deployment.name]);
  const [container] = items[0]?.spec?.template.spec?.containers ?? [];
  const names = container?.env?.map(({ name }) => name) ?? [];
  expect(names.filter((name) => name.startsWith("OP_"))).toEqual(["OP_SERVICE_ACCOUNT_TOKEN"]);
  expect(await tokenInCluster()).toBe(token);
  expect(await fingerprintOnPods()).toBe(sha256(token));
  expect((await project.state()) + output).not.toContain(token);
});

test("another value in the store shows in the preview, rolls the operator, and once only", async () => {
  const token = await makeAccount([`${client}-prod-app`]);
  await putStoredValue(rig, secret, token);
  const preview = await project.preview();
  expect(preview.exitCode, preview.output).toBe(0);
  const changed = ownSteps(preview.events).filter((step) => !step.startsWith("same "));
  expect(changed.map((step) => step.replace(/ .* /, " ")).sort()).toEqual([
    "update sa-prod-account",
    "update sa-prod-chart:sa-prod-1password/sa-prod-connect-operator",
    "update sa-prod-operator",
  ]);
  const { exitCode, output } = await project.up();
  expect(exitCode, output).toBe(0);
  expect(await tokenInCluster()).toBe(token);
  expect(await fingerprintOnPods()).toBe(sha256(token));
  const again = await project.up();
  expect(ownSteps(again.events).filter((step) => !step.startsWith("same "))).toEqual([]);
});

test("the operator begins to sign in with that token, at an address that is not 1Password's", async () => {
  await putStoredValue(rig, secret, wellFormedToken("opconnect-test.invalid"));
  // The account on the rig does not know it, so that this update takes place without `op`.
  const words = ["up", "--yes", "--skip-preview"];
  const { exitCode, output } = await project.pulumi(words, await withoutOp(rig));
  expect(exitCode, output).toBe(0);
  await scaleDeployment(rig, deployment, 1);
  const said = async () => {
    const files = (await readdir(rig.logDir)).filter((file) => file.startsWith(`${namespace}_`));
    const logs = await Promise.all(files.map((file) => readFile(join(rig.logDir, file), "utf8")));
    return logs.join("\n");
  };
  await expect.poll(said, { timeout: 120_000 }).toContain("Using Service Account Token");
  await expect
    .poll(said, { timeout: 120_000 })
    .toContain(
      "HTTP request to 'https://opconnect-test.invalid/api/v3/auth/start?' is not allowed",
    );
  await scaleDeployment(rig, deployment, 0);
});

async function tokenInCluster(): Promise<string> {
  const name = `${client}-prod-token`;
  const { data = {} } = await core.readNamespacedSecret({ namespace, name });
  expect(Object.keys(data)).toEqual(["token"]);
  return Buffer.from(data.token ?? "", "base64").toString();
}

async function fingerprintOnPods(): Promise<string | undefined> {
  const { spec } = await apps.readNamespacedDeployment(deployment);
  return spec?.template.metadata?.annotations?.["opconnect/token-fingerprint"];
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
