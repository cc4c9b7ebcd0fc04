import {
  AppsV1Api,
  CoreV1Api,
  KubeConfig,
  NetworkingV1Api,
  PatchStrategy,
  PolicyV1Api,
  setHeaderOptions,
} from "@kubernetes/client-node";
import type { ConnectEnvironmentArgs } from "@opconnect/pulumi";
import { afterAll, describe, expect, test } from "vitest";
import { chartForSuites } from "../harness/act/chart.ts";
import { environmentConfig } from "../harness/act/environment-config.ts";
import { editItem, typeItem } from "../harness/act/item.ts";
import { createProject, type Project } from "../harness/act/project.ts";
import { listedVaults } from "../harness/look/account.ts";
import { ownSteps } from "../harness/look/engine-events.ts";
import { type ArrivedSecret, waitForSecret } from "../harness/look/secret-arrival.ts";
import { rig } from "../harness/rig-lane.ts";

const config = new KubeConfig();
config.loadFromFile(rig.kubeconfig);
const core = config.makeApiClient(CoreV1Api);
const apps = config.makeApiClient(AppsV1Api);
const network = config.makeApiClient(NetworkingV1Api);
const policy = config.makeApiClient(PolicyV1Api);

describe("a hardened environment, from the oldest chart to the newest", () => {
  const client = "hardened";
  const namespace = `${client}-prod-1password`;
  const place = { namespace: `${client}-app`, name: "postgres" };
  let project: Project;
  let arrived: ArrivedSecret;

  afterAll(async () => {
    await project.destroy();
  });

  test("runs with the oldest chart, and its item syncs", async () => {
    project = await createProject({ ...rig, name: client, config: await onChart("1.17.0") });
    const { exitCode, output } = await project.up();
    expect(exitCode, output).toBe(0);
    await typeItem(rig, "postgres", await appVault());
    arrived = await waitForSecret(rig, place);
  });

  test("a second update changes nothing", async () => {
    const { exitCode, output, events } = await project.up();
    expect(exitCode, output).toBe(0);
    expect(ownSteps(events)).toEqual([]);
  });

  test.each(["1.17.0", "2.2.1", "2.4.1"])(
    "where pods have to be restricted, those of chart %s are let in",
    async (version) => {
      await enforceRestricted();
      await project.configure(await onChart(version));
      const before = await podNames();
      // The same chart changes no pod: they are made anew by hand.
      if (version === "1.17.0") await core.deleteCollectionNamespacedPod({ namespace });
      const { exitCode, output, events } = await project.up();
      expect(exitCode, output).toBe(0);
      expect(
        ownSteps(events).filter((step) =>
          /^(replace|delete) .*:(Deployment|Service|NetworkPolicy) /.test(step),
        ),
      ).toEqual([]);
      const rolled = async () => (await podNames()).filter((name) => before.includes(name));
      await expect.poll(rolled).toEqual([]);
      await expect.poll(async () => (await podNames()).length).toBeGreaterThanOrEqual(2);
      await editItem(rig, "postgres", await appVault());
      arrived = await waitForSecret(rig, place, { before: arrived });
      expect(await refusedPods()).toEqual([]);
    },
  );

  test("policies of the network and a disruption budget are there, and more on request", async () => {
    expect(await policyTypes()).toEqual({
      [`${client}-prod-connect`]: ["Ingress"],
      [`${client}-prod-connect-operator`]: ["Ingress"],
    });
    const budget = await policy.readNamespacedPodDisruptionBudget({
      namespace,
      name: `${client}-prod-connect`,
    });
    expect(budget.spec?.maxUnavailable).toBe(1);
    const labels = { "app.kubernetes.io/name": "external-secrets" };
    const consumerPods = [{ namespace: "external-secrets", labels }];
    const networkPolicies = "ingress-and-egress";
    await project.configure(await onChart("2.4.1", { networkPolicies, consumerPods }));
    const limited = await project.up();
    expect(limited.exitCode, limited.output).toBe(0);
    expect(Object.values(await policyTypes())).toEqual([
      ["Ingress", "Egress"],
      ["Ingress", "Egress"],
    ]);
    const { spec } = await network.readNamespacedNetworkPolicy({
      namespace,
      name: `${client}-prod-connect`,
    });
    expect(spec?.ingress?.[0]?._from).toContainEqual({
      namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "external-secrets" } },
      podSelector: { matchLabels: labels },
    });
    await project.configure(await onChart("2.4.1", { networkPolicies: "none" }));
    const open = await project.up();
    expect(open.exitCode, open.output).toBe(0);
    expect(await policyTypes()).toEqual({});
  });

  test("all images came from the one registry, by their digests", async () => {
    const { items } = await apps.listNamespacedDeployment({ namespace });
    const images = items.flatMap(({ spec }) =>
      (spec?.template.spec?.containers ?? []).map(({ image }) => image),
    );
    expect(images.sort()).toEqual(
      ["connect-api:1.8.2", "connect-sync:1.8.2", "onepassword-operator:1.12.0"].map(
        (image) => `mirror.example/hub/1password/${image}@${digest}`,
      ),
    );
  });

  async function policyTypes() {
    const { items } = await network.listNamespacedNetworkPolicy({ namespace });
    return Object.fromEntries(
      items.map(({ metadata, spec }) => [metadata?.name, spec?.policyTypes]),
    );
  }

  async function onChart(version: string, change: Partial<ConnectEnvironmentArgs> = {}) {
    const given = await chartForSuites(rig, version);
    const tolerations = [{ key: "infra", operator: "Exists", effect: "NoSchedule" }] as const;
    const images = { registry: "mirror.example/hub", pullSecrets: ["hub"], digests };
    return environmentConfig(rig, client, { ...given, images, pods: { tolerations }, ...change });
  }

  /** Why ReplicaSets could make no pods. */
  async function refusedPods() {
    const { items } = await apps.listNamespacedReplicaSet({ namespace });
    return items.flatMap(({ status }) => status?.conditions ?? []);
  }

  async function podNames(): Promise<readonly string[]> {
    const { items } = await core.listNamespacedPod({ namespace });
    return items.map(({ metadata }) => metadata?.name ?? "");
  }

  /** As the owner of a namespace does; opconnect itself has them warned of. */
  async function enforceRestricted(): Promise<void> {
    const labels = { "pod-security.kubernetes.io/enforce": "restricted" };
    const merge = setHeaderOptions("Content-Type", PatchStrategy.MergePatch);
    const { metadata } = await core.patchNamespace(
      { name: namespace, body: { metadata: { labels } } },
      merge,
    );
    expect(metadata?.labels).toMatchObject({
      ...labels,
      "pod-security.kubernetes.io/warn": "restricted",
    });
  }

  async function appVault(): Promise<string> {
    return (await listedVaults(rig)).get(`${client}-prod-app`) ?? "";
  }
});

const digest = `sha256:${"0".repeat(64)}`;

/** Of what the three charts run here. */
const digests = Object.fromEntries(
  [
    ...["1.7.3", "1.8.1", "1.8.2"].flatMap((version) => [
      `1password/connect-api:${version}`,
      `1password/connect-sync:${version}`,
    ]),
    ...["1.8.1", "1.12.0"].map((version) => `1password/onepassword-operator:${version}`),
  ].map((image) => [image, digest]),
);
