import {
  AppsV1Api,
  CoreV1Api,
  KubeConfig,
  PatchStrategy,
  setHeaderOptions,
  type V1Deployment,
  type V1Namespace,
} from "@kubernetes/client-node";
import type { ConnectEnvironmentArgs } from "@opconnect/pulumi";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { environmentConfig } from "../harness/act/environment-config.ts";
import { editItem, typeItem } from "../harness/act/item.ts";
import { createProject, type Project, type Run } from "../harness/act/project.ts";
import { countOpCalls } from "../harness/disturb/call-counter.ts";
import { makeNamespaceAgain } from "../harness/disturb/namespaces.ts";
import { refuseRoleBindings } from "../harness/disturb/refused-role-bindings.ts";
import { activeMinted, listedVaults } from "../harness/look/account.ts";
import { ownSteps } from "../harness/look/engine-events.ts";
import { waitForSecret } from "../harness/look/secret-arrival.ts";
import { rig } from "../harness/rig-lane.ts";

const client = "drifter";
const namespace = `${client}-prod-1password`;
const app = `${client}-app`;
const web = `${client}-web`;
const operator = `${client}-prod-connect-operator`;
const connect = `${client}-prod-connect`;
const watched = { namespace, name: `${client}-prod-watched-namespaces` };

const config = new KubeConfig();
config.loadFromFile(rig.kubeconfig);
const core = config.makeApiClient(CoreV1Api);
const apps = config.makeApiClient(AppsV1Api);

/** As the error of a state that was lost says. */
const takingOver = {
  PULUMI_K8S_UPSERT_EXISTING_OBJECTS: "true",
  PULUMI_K8S_ENABLE_PATCH_FORCE: "true",
};

const postgres = { vault: "app", item: "postgres" };
const redis = { vault: "app", item: "redis" };

describe("an environment whose cluster others change too", () => {
  let project: Project;
  const settings = (change: Partial<ConnectEnvironmentArgs>) => ({
    ...environmentConfig(rig, client, change),
    namespaces: [app, web],
  });
  const upWith = async (change: Partial<ConnectEnvironmentArgs>): Promise<Run> => {
    await project.configure(settings(change));
    return project.up();
  };
  const both = { postgres: { ...postgres, namespace: app }, redis: { ...redis, namespace: web } };
  const one = { postgres: { ...postgres, namespace: app } };

  beforeAll(async () => {
    project = await createProject({ ...rig, name: client, config: settings({ items: both }) });
    expectDone(await project.up());
    const vault = (await listedVaults(rig)).get(`${client}-prod-app`) ?? "";
    for (const name of ["postgres", "redis"]) await typeItem(rig, name, vault);
    await waitForSecret(rig, { namespace: app, name: "postgres" });
    await waitForSecret(rig, { namespace: web, name: "redis" });
  });
  afterAll(async () => {
    await project.destroy();
  });

  test("the operator reads from a ConfigMap what it watches", async () => {
    expect(await watchedNow()).toBe([app, namespace, web].join());
    expect(await readsConfigMap()).toBe(true);
    expect(unchanged(await project.up())).toEqual([]);
  });

  test("the last item of a namespace goes within one update, and the operator lets it go", async () => {
    expectDone(await upWith({ items: one }));
    expect(await secretsIn(web)).toEqual([]);
    expect(await watchedNow()).toBe([app, namespace].join());
    expect(unchanged(await project.up())).toEqual([]);
  });

  test("an item that moves is in its new namespace and nowhere else, and so when it moves back", async () => {
    for (const [to, from] of [
      [web, app],
      [app, web],
    ] as const) {
      expectDone(await upWith({ items: { postgres: { ...postgres, namespace: to } } }));
      await waitForSecret(rig, { namespace: to, name: "postgres" });
      expect(await secretsIn(from)).toEqual([]);
      expect(await watchedNow()).toBe([namespace, to].toSorted().join());
    }
    expect(unchanged(await project.up())).toEqual([]);
  });

  test("a ConfigMap that a person deleted comes back, unasked", async () => {
    await core.deleteNamespacedConfigMap(watched);
    expectDone(await project.up());
    expect(await watchedNow()).toBe([app, namespace].join());
    expect(unchanged(await project.up())).toEqual([]);
  });

  test("Secrets of ours that a person deleted or wrote over show in a preview, and come back", async () => {
    const [gone = "", other = ""] = await ownSecrets();
    await core.deleteNamespacedSecret({ namespace, name: gone });
    const annotations = { "opconnect/fingerprint": "none" };
    await core.patchNamespacedSecret(
      { namespace, name: other, body: { metadata: { annotations } } },
      setHeaderOptions("Content-Type", PatchStrategy.MergePatch),
    );
    const preview = await project.preview();
    expectDone(preview);
    const updated = ownSteps(preview.events).filter((step) => step.includes("ClusterSecret"));
    expect(updated.map((step) => step.split(" ")[0])).toEqual(["update", "update"]);
    expectDone(await project.up());
    expect(await ownSecrets()).toEqual([gone, other]);
    expect(unchanged(await project.up())).toEqual([]);
  });

  test("an operator that got a text from a person or a former release reads the ConfigMap again", async () => {
    await giveText("elsewhere");
    expectDone(await project.up());
    expect(await readsConfigMap()).toBe(true);
    const vault = (await listedVaults(rig)).get(`${client}-prod-app`) ?? "";
    const before = await waitForSecret(rig, { namespace: app, name: "postgres" });
    await editItem(rig, "postgres", vault);
    await waitForSecret(rig, { namespace: app, name: "postgres" }, { before });
  });

  test("an operator whose Deployment was deleted holds up no other namespaces, and is made anew, unasked", async () => {
    await apps.deleteNamespacedDeployment({ namespace, name: operator });
    await project.configure(settings({ items: { postgres: { ...postgres, namespace: web } } }));
    for (const { exitCode, output } of [await project.preview(), await project.up()]) {
      expect(exitCode, output).toBe(0);
      expect(output).toMatch(/operator is not in the namespace .* has to be made/);
    }
    expect(await watchedNow()).toBe([namespace, web].toSorted().join());
    expect(await secretsIn(app)).toEqual([]);
    await waitForSecret(rig, { namespace: web, name: "postgres" });
    expect(unchanged(await project.up())).toEqual([]);
    expectDone(await upWith({ items: one }));
    await waitForSecret(rig, { namespace: app, name: "postgres" });
    expect(unchanged(await project.up())).toEqual([]);
  });

  test("a watched namespace that a person deleted and made again has its Secret again, unasked", async () => {
    await makeNamespaceAgain(rig, app, () => project.up());
    const preview = await project.preview();
    expectDone(preview);
    expect(preview.output).toMatch(/is not in the namespace .* has to be made/);
    expectDone(await project.up());
    await waitForSecret(rig, { namespace: app, name: "postgres" });
    expect(unchanged(await project.up())).toEqual([]);
    expect(unchanged(await project.refresh())).toEqual([]);
  });

  test("pods that were scaled with kubectl are no conflict: the operator has its one again", async () => {
    await scale(operator, 2, "kubectl-scale");
    await scale(connect, 2, "kubectl-scale");
    expectDone(await project.refresh());
    expectDone(await project.up());
    expect(await replicas(operator)).toBe(1);
    expect(await replicas(connect)).toBe(2);
  });

  test("an autoscaler of Connect is not fought, until the program says how many pods it wants", async () => {
    await scale(connect, 3, "kube-controller-manager");
    const apiResources = { requests: { cpu: "10m" } };
    expectDone(await upWith({ items: one, connect: { apiResources } }));
    expect(await replicas(connect)).toBe(3);
    expectDone(await upWith({ items: one, connect: { apiResources, replicas: 1 } }));
    expect(await replicas(connect)).toBe(1);
  });

  test("every object has one field manager of ours, and none that is made up", async () => {
    const managers = new Set<string>();
    for (const name of [operator, connect]) {
      const { metadata } = await apps.readNamespacedDeployment({ namespace, name });
      for (const { manager = "" } of metadata?.managedFields ?? []) managers.add(manager);
    }
    expect([...managers].filter((name) => /^pulumi-kubernetes-/.test(name))).toEqual([]);
    expect(managers).toContain("opconnect");
  });

  test("a target that leaves the whole environment out leaves a state that the next up can read", async () => {
    const name = `${client}-new`;
    const config = { ...environmentConfig(rig, name, { items: {} }), namespaces: [name] };
    const fresh = await createProject({ ...rig, name, config });
    expectDone(await fresh.up("--target", `**Namespace::${name}`));
    expect(await activeMinted(rig, name)).toEqual({ servers: 0, tokens: 0 });
    expectDone(await fresh.up());
    expectDone(await fresh.destroy());
  });

  test("a target that leaves a new namespace out leaves a state that the next up can read", async () => {
    const namespaces = [app, web, `${client}-late`];
    await project.configure({ ...settings({ items: one }), namespaces });
    expectDone(await project.up("--target", "**OnePasswordItem::*"));
    expectDone(await project.up());
    expectDone(await upWith({ items: one }));
  });

  test("an operator goes on as it was where an update fails before it may look at a new namespace", async () => {
    const before = await operatorTemplate();
    const late = `${client}-later`;
    const namespaces = [app, web, late];
    const items = { ...one, redis: { ...redis, namespace: late } };
    await project.configure({ ...settings({ items: one }), namespaces });
    expectDone(await project.up());
    const lift = await refuseRoleBindings(rig, late);
    await project.configure({ ...settings({ items }), namespaces });
    for (const { exitCode } of [await project.up(), await project.up()]) {
      expect(exitCode).not.toBe(0);
      expect(await watchedNow()).toBe([app, namespace].join());
      expect(await operatorTemplate()).toEqual(before);
    }
    await lift();
    expectDone(await project.up());
    await waitForSecret(rig, { namespace: late, name: "redis" });
    expect(unchanged(await project.up())).toEqual([]);
    expectDone(await upWith({ items: one }));
  });

  test("single objects, of the chart and the operator's rights, that the state has lost are taken over where that is asked for", async () => {
    await project.forget(/:(Deployment|Service|RoleBinding|Role)::/);
    const refused = await project.up();
    expect(refused.exitCode).not.toBe(0);
    expect(refused.output).toMatch(/already exists/);
    expectDone(await project.pulumi(["up", "--yes", "--skip-preview"], takingOver));
    expect(await activeMinted(rig, client)).toEqual({ servers: 1, tokens: 1 });
    expect(unchanged(await project.up())).toEqual([]);
  });

  test("a deployment that the state lost, all but its target, is said at preview, and taken over", async () => {
    await project.forget(/ConnectDeployment|ConnectToken|OperatorSync|OnePasswordItem/);
    const preview = await project.preview();
    expectDone(preview);
    expect(preview.output).toMatch(/state does not know of it.*PULUMI_K8S_ENABLE_PATCH_FORCE=true/);
    expectDone(await project.pulumi(["up", "--yes", "--skip-preview"], takingOver));
    expect(await activeMinted(rig, client)).toEqual({ servers: 1, tokens: 1 });
    expect(unchanged(await project.up())).toEqual([]);
  });

  test("a state that was lost is said at preview, and taken over where that is asked for", async () => {
    await project.forget(/ConnectEnvironment/);
    const opCalls = await countOpCalls(rig);
    for (const { exitCode, output } of [await project.preview(), await project.up()]) {
      expect(exitCode, output).not.toBe(0);
      expect(output).toMatch(
        /state does not know of it.*PULUMI_K8S_UPSERT_.*\[CLUSTER_STATE_LOST\]/,
      );
    }
    expect(await opCalls()).toEqual([]);
    expectDone(await project.pulumi(["up", "--yes", "--skip-preview"], takingOver));
    expect(await activeMinted(rig, client)).toEqual({ servers: 1, tokens: 1 });
    expect(unchanged(await project.up())).toEqual([]);
  });

  test("a namespace that a person deleted is said at preview, and comes back with a refresh", async () => {
    await core.deleteNamespace({ name: namespace });
    const { exitCode, output } = await project.preview();
    expect(exitCode, output).not.toBe(0);
    expect(output).toMatch(/is (gone|being deleted).*pulumi up --refresh.*\[CLUSTER_STATE_LOST\]/);
    await expect.poll(() => namespaceNamed(namespace)).toBeUndefined();
    expectDone(await project.up("--refresh"));
    expect(await activeMinted(rig, client)).toEqual({ servers: 1, tokens: 1 });
    expect(unchanged(await project.up())).toEqual([]);
  });
});

describe("a namespace that the platform's people made", () => {
  const name = "landlord-prod-1password";
  const labels = { team: "platform" };
  const settings = (change: Partial<ConnectEnvironmentArgs> = {}) =>
    environmentConfig(rig, "landlord", { items: {}, ...change });
  let project: Project;

  beforeAll(async () => {
    await core.createNamespace({ body: { metadata: { name, labels } } });
    project = await createProject({ ...rig, name: "landlord", config: settings() });
  });
  afterAll(async () => {
    await project.destroy();
    await core.deleteNamespace({ name });
  });

  test("is a conflict before anything is minted, unless the program knows whose it is", async () => {
    const opCalls = await countOpCalls(rig);
    for (const { exitCode, output } of [await project.preview(), await project.up()]) {
      expect(exitCode, output).not.toBe(0);
      expect(output).toMatch(/`namespaceOwner: "platform"`.*\[CLUSTER_OBJECT_FOREIGN\]/);
    }
    expect(await opCalls()).toEqual([]);
  });

  test("is used as it is, and kept", async () => {
    const before = await namespaceNamed(name);
    await project.configure(settings({ namespaceOwner: "platform" }));
    expectDone(await project.up());
    expect(unchanged(await project.up())).toEqual([]);
    expectDone(await project.destroy());
    const after = await namespaceNamed(name);
    expect(after).toMatchObject({ metadata: { uid: before?.metadata?.uid, labels } });
    expect(after?.metadata?.labels).toEqual(before?.metadata?.labels);
    expect(after?.status?.phase).toBe("Active");
  });
});

function expectDone({ exitCode, output }: Run): void {
  expect(exitCode, output).toBe(0);
}

/** What an update that should have had nothing to do has done. */
function unchanged(run: Run): readonly string[] {
  expectDone(run);
  return ownSteps(run.events);
}

async function namespaceNamed(name: string): Promise<V1Namespace | undefined> {
  const { items } = await core.listNamespace();
  return items.find(({ metadata }) => metadata?.name === name);
}

async function watchedNow(): Promise<string | undefined> {
  return (await core.readNamespacedConfigMap(watched)).data?.WATCH_NAMESPACE;
}

async function readsConfigMap(): Promise<boolean> {
  const { spec } = await apps.readNamespacedDeployment({ namespace, name: operator });
  const [container] = spec?.template.spec?.containers ?? [];
  // A variable of the container's own would come before the ConfigMap.
  const isOverridden = container?.env?.some(({ name }) => name === "WATCH_NAMESPACE");
  return !isOverridden && container?.envFrom?.[0]?.configMapRef?.name === watched.name;
}

async function operatorTemplate() {
  return (await apps.readNamespacedDeployment({ namespace, name: operator })).spec?.template;
}

async function secretsIn(place: string): Promise<readonly (string | undefined)[]> {
  return (await core.listNamespacedSecret({ namespace: place })).items.map(
    ({ metadata }) => metadata?.name,
  );
}

async function ownSecrets(): Promise<readonly (string | undefined)[]> {
  const labelSelector = "app.kubernetes.io/managed-by=opconnect";
  return (await core.listNamespacedSecret({ namespace, labelSelector })).items
    .map(({ metadata }) => metadata?.name)
    .sort();
}

async function replicas(name: string): Promise<number | undefined> {
  return (await apps.readNamespacedDeployment({ namespace, name })).spec?.replicas;
}

/** As `kubectl scale` and autoscalers do. */
async function scale(name: string, count: number, fieldManager: string): Promise<void> {
  const body = { spec: { replicas: count } };
  const options = setHeaderOptions("Content-Type", PatchStrategy.MergePatch);
  await apps.patchNamespacedDeploymentScale({ namespace, name, body, fieldManager }, options);
}

/** As `kubectl set env` does. */
async function giveText(value: string): Promise<void> {
  const { spec } = await apps.readNamespacedDeployment({ namespace, name: operator });
  const [container] = spec?.template.spec?.containers ?? [];
  const env = [{ name: "WATCH_NAMESPACE", value, valueFrom: null }];
  const body = { spec: { template: { spec: { containers: [{ name: container?.name, env }] } } } };
  const options = setHeaderOptions("Content-Type", PatchStrategy.StrategicMergePatch);
  const patch = { namespace, name: operator, body, fieldManager: "kubectl-set" };
  const patched: V1Deployment = await apps.patchNamespacedDeployment(patch, options);
  expect(patched.metadata?.name).toBe(operator);
}
