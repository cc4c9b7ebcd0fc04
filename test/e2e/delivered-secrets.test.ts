import { writeFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { CoreV1Api, KubeConfig } from "@kubernetes/client-node";
import { addServiceAccount } from "@opconnect/sandbox";
import { generateX25519Identity, identityToRecipient } from "age-encryption";
import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  type GitHubSecrets,
  startGitHubSecrets,
} from "../../packages/provision/fixtures/fakes/github-secrets.ts";
import { editItem, newFields, typeItem } from "../harness/act/item.ts";
import { createProject, type Project, type Run } from "../harness/act/project.ts";
import { createVaultByHand } from "../harness/act/vault.ts";
import { withoutOp } from "../harness/disturb/without-op.ts";
import { alterSecret, removeSecret, secretValue } from "../harness/look/cluster-secret.ts";
import { changes, ownSteps } from "../harness/look/engine-events.ts";
import { storedSettings, storedValue } from "../harness/look/stored-secrets.ts";
import { rig } from "../harness/rig-lane.ts";
import {
  type SampledProcess,
  startProcessSampler,
} from "../harness/secret-scan/process-sampler.ts";
import { scanProcesses } from "../harness/secret-scan/scan-processes.ts";
import { secretTraces } from "../harness/secret-scan/secret-traces.ts";
import { createTraceFinder } from "../harness/secret-scan/trace-finder.ts";
import { printProgress } from "../rig/progress.ts";
import { sops as sopsTool } from "../rig/tools/catalog.ts";
import { ensureTool } from "../rig/tools/ensure-tool.ts";
import { findOnPath } from "../rig/tools/find-on-path.ts";

// No expectation here is about a secret itself: its failure would print it.

const secret = { namespace: "delivered", name: "database", key: "password" };
const from = "op://delivered/database/password";
const secrets = {
  cluster: { from, to: { kubernetes: secret } },
  aws: { from, to: { secretsManager: { name: "delivered/database" } } },
  environment: {
    from,
    to: { githubActions: { repository: "acme/infra", environment: "prod", name: "DATABASE" } },
  },
  repository: {
    from: { sopsFile: "secrets.enc.yaml", key: ["github", "token"] },
    to: { githubActions: { repository: "acme/infra", name: "TOKEN" } },
  },
};

let project: Project;
let github: GitHubSecrets;
let sops: string;
let recipient: string;
let vaultId: string;
let env: Readonly<Record<string, string>>;
const runs: Record<string, Run> = {};
const states: Record<string, string> = {};
const processes: SampledProcess[] = [];
const values: string[] = [];

beforeAll(async () => {
  sops = findOnPath("sops") ?? join(await ensureTool(sopsTool, printProgress()), "sops");
  github = await startGitHubSecrets({ "acme/infra": ["prod"] });
  project = await createProject({
    ...rig,
    name: "delivered",
    program: "delivered",
    config: { cluster: { kubeconfig: rig.kubeconfig }, secrets },
  });
  const identity = await generateX25519Identity();
  recipient = await identityToRecipient(identity);
  const identityFile = join(project.dir, "..", "delivered-identity.txt");
  await writeFile(identityFile, `${identity}\n`, { mode: 0o600 });
  vaultId = await createVaultByHand(rig, "delivered");
  const fields = newFields();
  values.push(...fields.map(({ value }) => value));
  await typeItem(rig, "database", vaultId, fields);
  await encrypt();
  await core().createNamespace({ body: { metadata: { name: secret.namespace } } });
  env = {
    GH_TOKEN: github.token,
    GITHUB_API_URL: github.url,
    SOPS_AGE_KEY_FILE: identityFile,
    PATH: [dirname(sops), rig.env.PATH].join(delimiter),
  };
});
afterAll(async () => {
  await project?.destroy();
  await github?.close();
});

/** Has sops encrypt another value, as a person would in an editor. */
async function encrypt(): Promise<void> {
  const token = `fixture-${newFields()[2]?.value}`;
  values.push(token);
  const words = ["encrypt", "--age", recipient, "--filename-override", "secrets.enc.yaml"];
  const input = JSON.stringify({ github: { token } });
  const { stdout } = await execa(sops, words, { input });
  await writeFile(join(project.dir, "secrets.enc.yaml"), stdout);
}

function core(): CoreV1Api {
  const config = new KubeConfig();
  config.loadFromFile(rig.kubeconfig);
  return config.makeApiClient(CoreV1Api);
}

/** Runs pulumi, and keeps what can be looked through for secrets. */
async function run(
  name: string,
  words: readonly string[],
  change: Readonly<Record<string, string | undefined>> = {},
): Promise<Run> {
  const sampler = await startProcessSampler();
  const done = await project.pulumi(words, { ...env, ...change });
  processes.push(...(await sampler.stop()));
  runs[name] = done;
  states[name] = (await project.pulumi(["stack", "export", "--show-secrets"])).output;
  return done;
}

/** What is said of a missing way to 1Password. */
function warnings(events: Run["events"]): readonly string[] {
  return events
    .map(({ diagnosticEvent }) => diagnosticEvent?.message ?? "")
    .filter((message) => message.includes("[OP_NOT_INSTALLED]"));
}

const up = ["up", "--yes", "--skip-preview"];

/** Whether each place has the values that were typed last: of the item, and of the file. */
async function delivered(of: { readonly item: string; readonly file: string }) {
  return {
    cluster: (await secretValue(rig, secret)) === of.item,
    aws: (await storedValue(rig, "delivered/database")) === of.item,
    environment: github.values.get("acme/infra/prod/DATABASE") === of.item,
    repository: github.values.get("acme/infra/TOKEN") === of.file,
  };
}

const all = { cluster: true, aws: true, environment: true, repository: true };
/** The password is the last field that is typed, and the token is encrypted after it. */
const latest = () => ({ item: values.at(-2) ?? "", file: values.at(-1) ?? "" });

test("a preview on a runner with no way to a secret says so once, and shows what would be made", async () => {
  const { PATH } = await withoutOp(rig);
  const { exitCode, output, events } = await run("first preview", ["preview"], { PATH });
  expect(exitCode, output).toBe(0);
  expect(changes(events).create).toBe(6);
  expect(warnings(events)).toHaveLength(1);
});

test("an update there is refused, with what to do", async () => {
  const { PATH } = await withoutOp(rig);
  const { exitCode, output } = await run("first update", up, { PATH });
  expect(exitCode).not.toBe(0);
  expect(output).toMatch(/Install the 1Password CLI.*\[OP_NOT_INSTALLED\]/);
});

test("a Secret that is somebody else's is refused at preview", async () => {
  const { namespace, name } = secret;
  await core().createNamespacedSecret({ namespace, body: { metadata: { name } } });
  const { exitCode, output } = await run("foreign", ["preview"]);
  expect(exitCode).not.toBe(0);
  expect(output).toContain("[CLUSTER_SECRET_FOREIGN]");
  await removeSecret(rig, secret);
});

test("an update plan of a runner with no way to a secret is carried out by one that has it", async () => {
  const plan = join(project.dir, "plan.json");
  const { PATH } = await withoutOp(rig);
  const planned = await run("planned", ["preview", "--save-plan", plan], { PATH });
  expect(planned.exitCode, planned.output).toBe(0);
  const { exitCode, output } = await run("up", [...up, "--plan", plan]);
  expect(exitCode, output).toBe(0);
  expect(await delivered(latest())).toEqual(all);
});

test("the next preview asks for versions, changes nothing, and one without access says so", async () => {
  const again = await run("same", ["preview"]);
  expect(again.exitCode, again.output).toBe(0);
  expect(ownSteps(again.events)).toEqual([]);
  const { PATH } = await withoutOp(rig);
  const without = await run("same without op", [...up], { PATH, GH_TOKEN: undefined });
  expect(without.exitCode, without.output).toBe(0);
  expect(ownSteps(without.events)).toEqual([]);
  expect(warnings(without.events)).toHaveLength(1);
  expect(await delivered(latest())).toEqual(all);
});

test("other versions show as updates, and a service account delivers them", async () => {
  const fields = newFields();
  values.push(...fields.map(({ value }) => value));
  await editItem(rig, "database", vaultId, fields);
  await encrypt();
  const preview = await run("changed preview", ["preview"]);
  expect(changes(preview.events)).toMatchObject({ update: 4 });
  const OP_SERVICE_ACCOUNT_TOKEN = await addServiceAccount(account, {
    name: "ci",
    vaults: { delivered: ["read_items"] },
  });
  const { exitCode, output } = await run("changed", up, { OP_SERVICE_ACCOUNT_TOKEN });
  expect(exitCode, output).toBe(0);
  expect(await delivered(latest())).toEqual(all);
});

test("what somebody changed at a place is put right", async () => {
  await alterSecret(rig, secret, "by hand");
  github.values.delete("acme/infra/TOKEN");
  const { exitCode, output, events } = await run("drifted", up);
  expect(exitCode, output).toBe(0);
  expect(changes(events)).toMatchObject({ update: 2 });
  expect(await delivered(latest())).toEqual(all);
});

test("what goes out of the program is taken away", async () => {
  const { exitCode, output } = await run("destroy", ["destroy", "--yes", "--skip-preview"]);
  expect(exitCode, output).toBe(0);
  await expect(secretValue(rig, secret)).rejects.toThrow();
  expect((await storedSettings(rig, "delivered/database")).deletedOn).toBeInstanceOf(Date);
  expect([...github.values.keys()]).toEqual([]);
});

test("no state, event, output, argument or environment has a secret", () => {
  const holdsSecret = createTraceFinder(secretTraces(values));
  const texts = Object.entries(runs).map(([name, { output, events }]) => [
    name,
    `${output}${JSON.stringify(events)}${states[name]}`,
  ]);
  expect(texts.filter(([, text]) => holdsSecret(text ?? "")).map(([name]) => name)).toEqual([]);
  expect(scanProcesses(processes, holdsSecret)).toEqual([]);
  expect(processes.some(({ args }) => args.includes("--extract"))).toBe(true);
  expect(holdsSecret(`planted ${values.at(-1)}`)).toBe(true);
});

const account = rig.env.OPCONNECT_SANDBOX_HOME ?? "";
