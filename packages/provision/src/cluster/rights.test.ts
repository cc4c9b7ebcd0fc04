import { afterAll, beforeAll, expect, test } from "vitest";
import { type FixtureServer, serveJson } from "../../fixtures/fakes/http-server.ts";
import { kubeconfigFor } from "../../fixtures/fakes/kubernetes-api.ts";
import { type ClusterApi, createClusterApi } from "./api.ts";
import { loadClusterConfig } from "./config.ts";
import { neededPermissions, requestRights } from "./rights.ts";

const place = { namespace: "app", name: "x" };
const object = { metadata: place };

/** Every request but those that ask for rights and kinds, which every user may send. */
const requests = {
  readNamespace: (api) => api.readNamespace("kube-system"),
  findNamespace: (api) => api.findNamespace("app"),
  readSecret: (api) => api.readSecret(place),
  readSecretMetadata: (api) => api.readSecretMetadata(place),
  listSecretMetadata: (api) => api.listSecretMetadata("app"),
  createSecret: (api) => api.createSecret("app", object),
  patchSecret: (api) => api.patchSecret(place, []),
  applySecret: (api) => api.applySecret(object, "take over"),
  removeAnnotation: (api) => api.removeAnnotation(place, "x"),
  deleteSecret: (api) => api.deleteSecret(place, "x"),
  listDeployments: (api) => api.listDeployments("app"),
  readDeployment: (api) => api.readDeployment(place),
  patchDeployment: (api) => api.patchDeployment(place, {}),
  listPods: (api) => api.listPods("app"),
  readItem: (api) => api.readItem(place),
  applyItem: (api) => api.applyItem(place, {}, true),
  patchItem: (api) => api.patchItem(place, []),
  deleteItem: (api) => api.deleteItem(place, { uid: "x", resourceVersion: "x" }),
  listItems: (api) => api.listItems("app"),
  readConfigMap: (api) => api.readConfigMap(place),
  applyConfigMap: (api) => api.applyConfigMap(object),
  deleteConfigMap: (api) => api.deleteConfigMap(place, "x"),
  hasRole: (api) => api.hasRole(place),
  hasRoleBinding: (api) => api.hasRoleBinding(place),
  isAllowedTo: (api) => api.isAllowedTo(place, { verb: "list", group: "", resource: "pods" }),
} satisfies Record<
  Exclude<keyof ClusterApi, "server" | "isAllowed" | "servesAdmissionPolicies">,
  (api: ClusterApi) => Promise<unknown>
>;

let server: FixtureServer;
let api: ClusterApi;
let asked: readonly string[];

beforeAll(async () => {
  server = await serveJson(({ method = "", url = "", headers }) => {
    const [, group = "", resource, name] =
      /^\/apis?(?:\/([a-z0-9.]+))?\/v1(?:\/namespaces\/app)?\/([a-z]+)(?:\/([a-z-]+))?/.exec(url) ??
      [];
    const isApply = headers["content-type"]?.includes("apply-patch");
    const verbs = isApply ? ["create", "patch"] : [verbOf(method, name)];
    asked = verbs.map((verb) => `${verb} ${resource}.${group}`);
    return { status: 200, body: { ...object, items: [] } };
  });
  const config = await loadClusterConfig({ kubeconfig: kubeconfigFor(server.url) });
  api = await createClusterApi(config, 20_000);
}, 60_000);

afterAll(() => server.close());

function verbOf(method: string, name: string | undefined): string {
  if (method === "GET") return name === undefined ? "list" : "get";
  return { POST: "create", PATCH: "patch", DELETE: "delete" }[method] ?? method;
}

test("every request has its right", () => {
  const { server: _, isAllowed: __, servesAdmissionPolicies: ___, ...rest } = api;
  expect(Object.keys(requestRights).sort()).toEqual(Object.keys(rest).sort());
});

test.each(Object.entries(requests))("%s needs what its right says", async (name, request) => {
  await request(api);
  const { verbs = [], resource, group } = requestRights[name] ?? {};
  expect(asked).toEqual(verbs.map((verb) => `${verb} ${resource}.${group}`));
});

test("what is needed is asked for once, in the namespaces that an environment uses", () => {
  const needed = neededPermissions({ namespace: "env", itemNamespaces: ["app", "web"] });
  const named = needed.map(
    ({ verb, resource, namespace = "", name = "" }) => `${verb} ${resource} ${namespace}${name}`,
  );
  expect(new Set(named).size).toBe(named.length);
  expect(named).toEqual(
    expect.arrayContaining([
      "get namespaces kube-system",
      "delete secrets env",
      "delete secrets app",
      "list onepassworditems web",
      "create roles web",
      "create rolebindings web",
    ]),
  );
  expect(named).not.toContain("get namespaces ");
});

test("rights in the whole cluster are given by those alone whose operator has some, or may have", () => {
  const needed = (clusterRoles: boolean | undefined) =>
    neededPermissions({ namespace: "env", itemNamespaces: [], clusterRoles })
      .map(({ resource }) => resource)
      .filter((resource) => resource.startsWith("clusterrole"));
  expect(needed(undefined)).toEqual(["clusterroles", "clusterrolebindings"]);
  expect(needed(false)).toEqual([]);
});
