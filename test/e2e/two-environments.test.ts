import {
  ApiextensionsV1Api,
  AuthorizationV1Api,
  CoreV1Api,
  CustomObjectsApi,
  KubeConfig,
  PatchStrategy,
  RbacAuthorizationV1Api,
  setHeaderOptions,
  type V1ObjectMeta,
} from "@kubernetes/client-node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { environmentConfig } from "../harness/act/environment-config.ts";
import { editItem, typeItem } from "../harness/act/item.ts";
import { createProject, type Project } from "../harness/act/project.ts";
import { activeMinted, listedVaults } from "../harness/look/account.ts";
import { type ArrivedSecret, waitForSecret } from "../harness/look/secret-arrival.ts";
import { rig } from "../harness/rig-lane.ts";
import { readSecretRequests } from "../rig/control-plane/audit-log.ts";

const clients = ["acme", "globex"] as const;
type Client = (typeof clients)[number];

const config = new KubeConfig();
config.loadFromFile(rig.kubeconfig);
const core = config.makeApiClient(CoreV1Api);
const rbac = config.makeApiClient(RbacAuthorizationV1Api);

describe("two environments on one cluster", () => {
  let projects: Readonly<Record<Client, Project>>;
  const arrived: Partial<Record<Client, ArrivedSecret>> = {};

  beforeAll(async () => {
    projects = { acme: await createEnvironment("acme"), globex: await createEnvironment("globex") };
  });
  afterAll(async () => {
    for (const client of clients) await projects[client].destroy();
  });

  test("both go up at the same time", async () => {
    const runs = await Promise.all(clients.map((client) => projects[client].up()));
    for (const { exitCode, output } of runs) expect(exitCode, output).toBe(0);
    for (const client of clients) {
      expect(await activeMinted(rig, client)).toEqual({ servers: 1, tokens: 1 });
    }
  });

  test("an item of each arrives in its own namespace", async () => {
    const vaults = await listedVaults(rig);
    for (const client of clients) {
      await typeItem(rig, "postgres", vaults.get(`${client}-prod-app`) ?? "");
      arrived[client] = await waitForSecret(rig, secretOf(client));
    }
    expect(arrived.acme?.fingerprint).not.toBe(arrived.globex?.fingerprint);
  });

  test.each(clients)("the operator of %s keeps to its own namespaces", async (client) => {
    const requests = await readSecretRequests(rig);
    const own = requests.filter(({ user }) => user === operatorOf(client));
    expect(new Set(own.map(({ namespace }) => namespace))).toEqual(new Set(namespacesOf(client)));
    const other = clients.find((candidate) => candidate !== client) ?? client;
    expect(await mayReadSecrets(client, namespacesOf(client))).toEqual([true, true]);
    expect(await mayReadSecrets(client, namespacesOf(other))).toEqual([false, false]);
  });

  test("a second up of one leaves what both share as it is", async () => {
    const before = await sharedDefinition();
    const { exitCode, output } = await projects.acme.up();
    expect(exitCode, output).toBe(0);
    expect(output).toMatch(/Resources:\s+\d+ unchanged/);
    expect(await sharedDefinition()).toEqual(before);
  });

  test("what a later release leaves out of the definition goes, whoever applied it first", async () => {
    const { managers } = await definitionBy("opconnect", ["opi", "onepw"]);
    expect(managers.filter((name) => name.startsWith("pulumi-kubernetes"))).toEqual([]);
    await projects.acme.forget(/CustomResourceDefinitionPatch/);
    const { exitCode, output } = await projects.acme.up();
    expect(exitCode, output).toBe(0);
    expect((await sharedDefinition()).shortNames).toEqual(["opi"]);
  });

  test("destroying one takes its own objects along", async () => {
    const { exitCode, output } = await projects.acme.destroy();
    expect(exitCode, output).toBe(0);
    expect(await activeMinted(rig, "acme")).toEqual({ servers: 0, tokens: 0 });
    expect(await accessObjects("acme")).toEqual([]);
    const namespaces = (await core.listNamespace()).items
      .filter(({ status }) => status?.phase === "Active")
      .map(({ metadata }) => metadata?.name);
    expect(namespaces).not.toContain("acme-prod-1password");
  });

  test("the other keeps the definition, its items, its Secret and its access", async () => {
    expect(await activeMinted(rig, "globex")).toEqual({ servers: 1, tokens: 1 });
    expect((await sharedDefinition()).established).toBe(true);
    expect(await itemsIn("globex-app")).toEqual(["postgres"]);
    expect((await waitForSecret(rig, secretOf("globex"))).fingerprint).toBe(
      arrived.globex?.fingerprint,
    );
    expect(await accessObjects("globex")).toEqual([
      "Role globex-app/globex-prod-onepassword-operator",
      "Role globex-prod-1password/globex-prod-onepassword-operator",
      "RoleBinding globex-app/globex-prod-onepassword-operator",
      "RoleBinding globex-prod-1password/globex-prod-onepassword-operator",
    ]);
  });

  test("an edit in the other still arrives", async () => {
    const vaultId = (await listedVaults(rig)).get("globex-prod-app") ?? "";
    await editItem(rig, "postgres", vaultId);
    await waitForSecret(rig, secretOf("globex"), arrived.globex ? { before: arrived.globex } : {});
  });

  test("the last one to go leaves the definition behind: items of others may need it", async () => {
    const { exitCode, output } = await projects.globex.destroy();
    expect(exitCode, output).toBe(0);
    expect((await sharedDefinition()).established).toBe(true);
    expect(await accessObjects("globex")).toEqual([]);
  });
});

function createEnvironment(client: Client): Promise<Project> {
  return createProject({ ...rig, name: client, config: environmentConfig(rig, client) });
}

function secretOf(client: Client) {
  return { namespace: `${client}-app`, name: "postgres" };
}

function namespacesOf(client: Client): readonly string[] {
  return [`${client}-app`, `${client}-prod-1password`];
}

/** User name of the operator's ServiceAccount. */
function operatorOf(client: Client): string {
  return `system:serviceaccount:${client}-prod-1password:${client}-prod-onepassword-operator`;
}

/** Asks the API server what an operator may do, namespace by namespace. */
function mayReadSecrets(client: Client, namespaces: readonly string[]): Promise<boolean[]> {
  const api = config.makeApiClient(AuthorizationV1Api);
  return Promise.all(
    namespaces.map(async (namespace) => {
      const resourceAttributes = { namespace, verb: "list", resource: "secrets" };
      const { status } = await api.createSubjectAccessReview({
        body: { spec: { user: operatorOf(client), resourceAttributes } },
      });
      return status?.allowed ?? false;
    }),
  );
}

/** A client's roles and their bindings, in the cluster and in namespaces. */
async function accessObjects(client: Client): Promise<readonly string[]> {
  const lists = await Promise.all([
    listed("ClusterRole", rbac.listClusterRole()),
    listed("ClusterRoleBinding", rbac.listClusterRoleBinding()),
    listed("Role", rbac.listRoleForAllNamespaces()),
    listed("RoleBinding", rbac.listRoleBindingForAllNamespaces()),
  ]);
  const ofClient = lists.flat().filter(({ name }) => name.startsWith(`${client}-`));
  return ofClient.map(({ kind, namespace, name }) => `${kind} ${namespace}/${name}`).sort();
}

async function listed(
  kind: string,
  list: Promise<{ readonly items: readonly { readonly metadata?: V1ObjectMeta }[] }>,
) {
  const { items } = await list;
  return items.map(({ metadata: { namespace = "", name = "" } = {} }) => ({
    kind,
    namespace,
    name,
  }));
}

/** The CustomResourceDefinition, by what changes when it is written or replaced. */
async function sharedDefinition() {
  const name = "onepassworditems.onepassword.com";
  const api = config.makeApiClient(ApiextensionsV1Api);
  const { metadata, spec, status } = await api.readCustomResourceDefinition({ name });
  const established = status?.conditions?.find(({ type }) => type === "Established");
  return {
    uid: metadata?.uid,
    generation: metadata?.generation,
    established: established?.status === "True",
    shortNames: spec.names.shortNames,
  };
}

/** Applies the definition with other short names, as another release would; says who has applied it. */
async function definitionBy(fieldManager: string, shortNames: readonly string[]) {
  const name = "onepassworditems.onepassword.com";
  const api = config.makeApiClient(ApiextensionsV1Api);
  const { apiVersion, kind, spec } = await api.readCustomResourceDefinition({ name });
  const names = { ...spec.names, shortNames };
  const body = { apiVersion, kind, metadata: { name }, spec: { ...spec, names } };
  const options = setHeaderOptions("Content-Type", PatchStrategy.ServerSideApply);
  const patch = { name, body, fieldManager, force: true };
  const { metadata } = await api.patchCustomResourceDefinition(patch, options);
  return { managers: (metadata?.managedFields ?? []).map(({ manager = "" }) => manager) };
}

async function itemsIn(namespace: string): Promise<readonly (string | undefined)[]> {
  const kind = { group: "onepassword.com", version: "v1", plural: "onepassworditems" };
  const list: { items: readonly { metadata: { name?: string } }[] } = await config
    .makeApiClient(CustomObjectsApi)
    .listNamespacedCustomObject({ ...kind, namespace });
  return list.items.map(({ metadata }) => metadata.name);
}
