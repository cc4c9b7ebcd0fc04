import { readdir, readFile, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import type { ConnectEnvironmentArgs } from "@opconnect/pulumi";
import { afterAll, beforeAll, expect, test } from "vitest";
import { environmentConfig, rigChart } from "../harness/act/environment-config.ts";
import {
  applyObject,
  defineGitOps,
  fluxObjects,
  secretOf,
  writtenObjects,
} from "../harness/act/gitops.ts";
import { editItem, typeItem } from "../harness/act/item.ts";
import { opconnect } from "../harness/act/opconnect.ts";
import { createProject, type Project } from "../harness/act/project.ts";
import { activeMinted, listedVaults } from "../harness/look/account.ts";
import { changes, ownSteps } from "../harness/look/engine-events.ts";
import { type ArrivedSecret, waitForSecret } from "../harness/look/secret-arrival.ts";
import { storedValue } from "../harness/look/stored-secrets.ts";
import { rig } from "../harness/rig-lane.ts";

const client = "handed";
const place = { namespace: `${client}-app`, name: "postgres" };
const directory = "../handed-clusters/prod";
const flux = { tool: "flux", directory, secretStore: { name: "aws" } } as const;
const source = { repository: "https://git.example/handed.git", path: "prod" };
const argocd = { ...flux, tool: "argocd", source } as const;

const settings = (change: Partial<ConnectEnvironmentArgs> = {}) => {
  const chart = { version: rigChart(rig).version };
  return { args: environmentConfig(rig, client, { chart, gitOps: flux, ...change }).args };
};

let project: Project;
let folder: string;
let nowhere: { readonly server: Server; readonly connections: () => number };
let arrived: ArrivedSecret;

beforeAll(async () => {
  await defineGitOps(rig);
  for (const name of [place.namespace, "argocd"]) {
    await applyObject(rig, { apiVersion: "v1", kind: "Namespace", metadata: { name } });
  }
  nowhere = await listen();
  project = await createProject({ ...rig, name: client, config: settings() });
  folder = join(project.dir, directory);
});
afterAll(async () => {
  await project.destroy();
  nowhere.server.close();
});

/** A server of which a kubeconfig makes a cluster; it counts who connects. */
async function listen() {
  let count = 0;
  const server = createServer((socket) => {
    count += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { server, connections: () => count };
}

/** Runs `pulumi` with a kubeconfig of that cluster. */
async function pulumi(...words: string[]) {
  const address = nowhere.server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  const kubeconfig = join(project.dir, "nowhere.yaml");
  const cluster = { name: "nowhere", cluster: { server: `http://127.0.0.1:${port}` } };
  const context = { name: "nowhere", context: { cluster: "nowhere", user: "nobody" } };
  const users = [{ name: "nobody", user: {} }];
  const config = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [cluster],
    contexts: [context],
    users,
  };
  await writeFile(kubeconfig, JSON.stringify({ ...config, "current-context": "nowhere" }));
  const run = await project.pulumi(words, { KUBECONFIG: kubeconfig });
  expect(run.exitCode, run.output).toBe(0);
  return run;
}

/** What Flux and External Secrets Operator do with what was committed. */
async function sync(): Promise<void> {
  const { "release.yaml": release = [], ...files } = await writtenObjects(folder);
  const order = ["namespace.yaml", "onepassword-item-definition.yaml"];
  const names = [...order, ...Object.keys(files).filter((name) => !order.includes(name))];
  for (const name of names.filter((each) => !/^(kustomization|items)\.yaml$/.test(each))) {
    for (const object of files[name] ?? []) await applyObject(rig, object);
  }
  for (const object of files["credentials.yaml"] ?? []) {
    await applyObject(rig, await secretOf(rig, object));
  }
  for (const object of release) {
    await applyObject(rig, object);
    if (object.kind !== "HelmRelease") continue;
    for (const rendered of await fluxObjects(rig, object)) await applyObject(rig, rendered);
  }
  for (const object of files["items.yaml"] ?? []) await applyObject(rig, object);
}

test("a preview without a cluster shows the files, and connects to none", async () => {
  const { output, events } = await pulumi("preview", "--diff");
  expect(ownSteps(events)).toContain(
    `create pulumi-nodejs:dynamic/opconnect:ManifestFolder ${client}-prod-manifests`,
  );
  expect(output).toContain("network-policies.yaml");
  expect(nowhere.connections()).toBe(0);
});

test("an update writes them, without a value of the store, and the next one changes nothing", async () => {
  await pulumi("up", "--yes", "--skip-preview");
  expect((await readdir(folder)).sort()).toContain("release.yaml");
  const values = await Promise.all(
    ["credentials", "operator-token"].map((name) =>
      storedValue(rig, `opconnect/${client}/prod/${name}`),
    ),
  );
  for (const name of await readdir(folder)) {
    const text = await readFile(join(folder, name), "utf8");
    expect(values.some((value) => text.includes(value))).toBe(false);
  }
  const { events } = await pulumi("up", "--yes", "--skip-preview");
  expect(Object.keys(changes(events))).toEqual(["same"]);
  expect(nowhere.connections()).toBe(0);
});

test("deployed as Flux and External Secrets Operator do, an item arrives", async () => {
  const vaultId = (await listedVaults(rig)).get(`${client}-prod-app`) ?? "";
  await typeItem(rig, "postgres", vaultId);
  await sync();
  arrived = await waitForSecret(rig, place);
});

test("what was changed by hand is named at preview, and written again", async () => {
  const file = join(folder, "items.yaml");
  const text = await readFile(file, "utf8");
  await writeFile(file, text.replace("postgres", "other"));
  const { output } = await pulumi("preview", "--diff");
  expect(output).toMatch(/drift[\s\S]*items\.yaml/);
  await pulumi("up", "--yes", "--skip-preview");
  expect(await readFile(file, "utf8")).toBe(text);
});

test("after a rotation the former credentials work until a person says that they may go", async () => {
  const words = ["rotate", "main", "--server", "--yes", "--json"];
  const rotated = await opconnect(rig, words, { cwd: project.dir });
  expect(rotated.exitCode, rotated.stderr).toBe(0);
  expect(rotated.stdout).toContain('"oldIsRevoked": false');
  expect(rotated.stdout).not.toContain('"oldIsRevoked": true');
  expect(await activeMinted(rig, client)).toEqual({ servers: 2, tokens: 2 });
  const again = await pulumi("preview", "--diff");
  expect(again.output).toContain("run `opconnect mint`");
  expect(Object.keys(changes(again.events))).toEqual(["same"]);
  const vaultId = (await listedVaults(rig)).get(`${client}-prod-app`) ?? "";
  await editItem(rig, "postgres", vaultId);
  arrived = await waitForSecret(rig, place, { before: arrived });
  await sync();
  const minted = await opconnect(rig, ["mint", "main", "--yes"], { cwd: project.dir });
  expect(minted.exitCode, minted.stderr).toBe(0);
  expect(await activeMinted(rig, client)).toEqual({ servers: 1, tokens: 1 });
  await editItem(rig, "postgres", vaultId);
  arrived = await waitForSecret(rig, place, { before: arrived });
});

test("the same environment is written for Argo CD, by the definitions of Argo CD", async () => {
  await project.configure(settings({ gitOps: argocd }));
  const { events } = await pulumi("up", "--yes", "--skip-preview");
  expect(ownSteps(events)).toEqual([
    `update pulumi-nodejs:dynamic/opconnect:ManifestFolder ${client}-prod-manifests`,
  ]);
  const {
    "kustomization.yaml": _,
    "release.yaml": release,
    ...files
  } = await writtenObjects(folder);
  expect(release).toBeUndefined();
  for (const object of Object.values(files).flat()) await applyObject(rig, object, true);
  expect(nowhere.connections()).toBe(0);
});

test("what goes takes its files along", async () => {
  await pulumi("destroy", "--yes", "--skip-preview");
  await expect(readdir(folder)).rejects.toThrow("ENOENT");
  expect(await activeMinted(rig, client)).toEqual({ servers: 0, tokens: 0 });
});
