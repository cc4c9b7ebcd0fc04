import {
  AppsV1Api,
  CoreV1Api,
  KubeConfig,
  RbacAuthorizationV1Api,
  type V1Deployment,
  type V1PolicyRule,
} from "@kubernetes/client-node";
import { chartFacts, latestChartVersion } from "@opconnect/core";

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chartWithOwnOperator, type GivenChart } from "../harness/act/chart.ts";
import { environmentConfig } from "../harness/act/environment-config.ts";
import { editItem, typeItem } from "../harness/act/item.ts";
import { createProject, type Project } from "../harness/act/project.ts";
import { listedVaults } from "../harness/look/account.ts";
import { itemsIn } from "../harness/look/items.ts";
import { waitForSecret } from "../harness/look/secret-arrival.ts";
import { rig } from "../harness/rig-lane.ts";
import { readRequestsOf } from "../rig/control-plane/audit-log.ts";
import { operatorVersions } from "../rig/tools/operators.ts";

/** The newest, and the oldest; `OPCONNECT_CHARTS=2.0.1,2.2.1` tries the operators of others. */
const charts = (process.env.OPCONNECT_CHARTS ?? `${latestChartVersion},1.17.0`).split(",");

const config = new KubeConfig();
config.loadFromFile(rig.kubeconfig);
const rbac = config.makeApiClient(RbacAuthorizationV1Api);
const core = config.makeApiClient(CoreV1Api);
const apps = config.makeApiClient(AppsV1Api);

describe.each(charts)("the operator of chart %s", (version) => {
  const { operatorVersion = "" } = chartFacts(version);
  const client = `rights-${version.replaceAll(".", "-")}`;
  const namespace = `${client}-app`;
  const role = `${client}-prod-onepassword-operator`;
  const account = { namespace: `${client}-prod-1password`, name: role };
  const operator = { pollingInterval: 2, autoRestart: true };
  /** For the Deployments with annotations, which are no item of the program. */
  const itemAccess = { rules: [{ namespaces: [namespace], vaults: ["app"] }] };

  let project: Project;
  let vaultId = "";
  let given: GivenChart;
  let granted: ReadonlyMap<string, readonly string[]>;
  beforeAll(async () => {
    given = await chartWithOwnOperator(rig, version);
    const settings = environmentConfig(rig, client, { ...given, operator, itemAccess });
    project = await createProject({ ...rig, name: client, config: settings });
    const { exitCode, output } = await project.up();
    expect(exitCode, output).toBe(0);
    vaultId = (await listedVaults(rig)).get(`${client}-prod-app`) ?? "";
    await typeItem(rig, "postgres", vaultId);
    await waitForSecret(rig, { namespace, name: "postgres" });
    granted = await grantedNow(role);
  });
  afterAll(async () => {
    await project.destroy();
  });

  test("a Deployment that uses the Secret is restarted after an edit", async () => {
    await deploy("consumer", { envFrom: [{ secretRef: { name: "postgres" } }] });
    await editItem(rig, "postgres", vaultId);
    await expect.poll(() => restartedAt("consumer")).toBeDefined();
  });

  test("a Deployment with the operator's annotations has a Secret, for as long as it is there", async () => {
    await deploy("annotated", {}, { "item-path": pathOf("postgres"), "item-name": "annotated" });
    await waitForSecret(rig, { namespace, name: "annotated" });
    await apps.deleteNamespacedDeployment({ namespace, name: "annotated" });
    const secrets = async () => (await itemsIn(rig, [namespace])).secrets;
    await expect.poll(secrets).toEqual([`${namespace}/postgres`]);
  });

  if (since("1.10.1")) {
    test("an item that is not there shows as an event of its Deployment, which is told again", async () => {
      await deploy("lost", {}, { "item-path": pathOf("nowhere"), "item-name": "lost" });
      const times = async () => {
        const { items } = await core.listNamespacedEvent({ namespace });
        const ofIt = items.filter(({ involvedObject }) => involvedObject.name === "lost");
        return Math.max(0, ...ofIt.map(({ count = 1 }) => count));
      };
      await expect.poll(times).toBeGreaterThan(1);
      await apps.deleteNamespacedDeployment({ namespace, name: "lost" });
    });
  }

  test("an item that goes takes its Secret along", async () => {
    await project.configure(
      environmentConfig(rig, client, { ...given, operator, items: {}, itemAccess: false }),
    );
    const { exitCode, output } = await project.up();
    expect(exitCode, output).toBe(0);
    await expect.poll(() => itemsIn(rig, [namespace])).toEqual({ objects: [], secrets: [] });
  });

  test("it had rights in the namespaces that it watches alone, and none where it watches no more", async () => {
    expect([...granted.keys()].sort()).toEqual([account.namespace, namespace].sort());
    expect([...(await grantedNow(role)).keys()]).toEqual([account.namespace]);
    const { items } = await rbac.listClusterRoleBinding();
    const isOfIt = (subject: { readonly name: string; readonly namespace?: string }) =>
      subject.name === account.name && subject.namespace === account.namespace;
    const bound = items.filter(({ subjects = [] }) => subjects.some(isOfIt));
    const names = bound.map(({ roleRef }) => roleRef.name);
    const rights = await Promise.all(names.map((name) => rbac.readClusterRole({ name })));
    // Before 1.11 it lists the cluster's namespaces, whatever it watches.
    expect(rights.flatMap(({ rules = [] }) => rightsOf(rules))).toEqual(
      since("1.11.0") ? [] : ["list namespaces", "watch namespaces"],
    );
  });

  test("no request of it was denied in all that, and it was given no right that it does not use", async () => {
    const requests = await readRequestsOf(rig, account);
    const denied = requests.filter(({ status }) => status === 403);
    expect(denied.map(({ verb, resource, name }) => ({ verb, resource, name }))).toEqual([]);
    const used = new Set(requests.map(({ verb, resource }) => `${verb} ${resource}`));
    for (const rights of granted.values()) {
      expect(rights.filter((right) => !used.has(right))).toEqual([]);
    }
    if (!since("1.11.0")) {
      expect([...used]).toEqual(expect.arrayContaining(["list namespaces", "watch namespaces"]));
    }
  });

  function since(first: string): boolean {
    return operatorVersions.indexOf(operatorVersion) >= operatorVersions.indexOf(first);
  }

  function pathOf(item: string): string {
    return `vaults/${vaultId}/items/${item}`;
  }

  /** Makes a Deployment without pods: what the operator does is about the Deployment alone. */
  async function deploy(
    name: string,
    container: object,
    annotations: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    const labels = { app: name };
    const containers = [{ name, image: "pause", ...container }];
    const entries = Object.entries(annotations);
    const body: V1Deployment = {
      metadata: {
        name,
        annotations: Object.fromEntries(
          entries.map(([key, value]) => [`operator.1password.io/${key}`, value]),
        ),
      },
      spec: {
        replicas: 0,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers } },
      },
    };
    await apps.createNamespacedDeployment({ namespace, body });
  }

  async function restartedAt(name: string): Promise<string | undefined> {
    const { spec } = await apps.readNamespacedDeployment({ namespace, name });
    return spec?.template.metadata?.annotations?.["operator.1password.io/last-restarted"];
  }
});

/** Rights by the namespace of the Role. */
async function grantedNow(role: string): Promise<ReadonlyMap<string, readonly string[]>> {
  const { items } = await rbac.listRoleForAllNamespaces({ fieldSelector: `metadata.name=${role}` });
  return new Map(
    items.map(({ metadata, rules = [] }) => [metadata?.namespace ?? "", rightsOf(rules)]),
  );
}

function rightsOf(rules: readonly V1PolicyRule[]): readonly string[] {
  return rules.flatMap(({ apiGroups: [group] = [], resources = [], verbs }) =>
    resources.flatMap((resource) =>
      verbs.map((verb) => `${verb} ${group === "" ? "" : `${group}/`}${resource}`),
    ),
  );
}
