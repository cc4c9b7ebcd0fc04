import { fingerprint } from "@opconnect/core";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import {
  type FixtureKubernetesApi,
  startKubernetesApi,
} from "../../fixtures/fakes/kubernetes-api.ts";
import { createMemoryOp, type MemoryOp } from "../../fixtures/fakes/memory-op.ts";
import { checkHealth } from "./check.ts";
import type { WantedHealth } from "./wanted.ts";

// Loading the client takes long on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const home = "acme-prod-1password";
const deployments = `/apis/apps/v1/namespaces/${home}/deployments`;
const pods = `/api/v1/namespaces/${home}/pods`;
const items = (namespace: string) =>
  `/apis/onepassword.com/v1/namespaces/${namespace}/onepassworditems`;
const secrets = (namespace: string) => `/api/v1/namespaces/${namespace}/secrets`;
const definition =
  "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/onepassworditems.onepassword.com";
const reviews = "/apis/authorization.k8s.io/v1/subjectaccessreviews";
const policy = `/apis/networking.k8s.io/v1/namespaces/${home}/networkpolicies/connect`;
const admission = "/apis/admissionregistration.k8s.io/v1";
const guard = `${admission}/validatingadmissionpolicies/guard`;
const binding = `${admission}/validatingadmissionpolicybindings/guard`;
const vaultId = "vaultaaaaaaaaaaaaaaaaaaaaa";
const itemId = (index: number) => `item${String(index).padStart(22, "a")}`;
const titles = Array.from({ length: 50 }, (_, index) => `item-${index}`);

const itemObject = (name: string) => ({
  metadata: { name, uid: name, resourceVersion: "1" },
  spec: { itemPath: `vaults/${vaultId}/items/${name}` },
  status: { conditions: [{ type: "Ready", status: "True" }] },
});
const properties = { type: {}, status: {}, spec: { properties: { itemPath: {} } } };
const definitionObject = {
  metadata: {},
  spec: {
    versions: [
      {
        name: "v1",
        served: true,
        subresources: { status: {} },
        schema: { openAPIV3Schema: { properties } },
      },
    ],
  },
  status: { conditions: [{ type: "Established", status: "True" }] },
};
const itemSecret = (name: string, index: number) => ({
  metadata: {
    name,
    uid: name,
    annotations: {
      "operator.1password.io/item-path": `vaults/${vaultId}/items/${itemId(index)}`,
      "operator.1password.io/item-version": "1",
    },
  },
  data: { password: "Zml4dHVyZQ==" },
});

let api: FixtureKubernetesApi;
let op: MemoryOp;
let wanted: WantedHealth;
beforeAll(async () => {
  api = await startKubernetesApi();
});
afterAll(() => api.close());

beforeEach(() => {
  api.answerAll = undefined;
  api.requests.length = 0;
  api.valuesSent.length = 0;
  api.refused.clear();
  api.denied.clear();
  api.objects.set(definition, definitionObject);
  api.objects.set(policy, { spec: { podSelector: {} } });
  api.objects.set(guard, { spec: { validations: [] } });
  api.objects.set(binding, { spec: { policyName: "guard" } });
  api.secrets.clear();
  api.secrets.set(`${home}/acme-prod-token`, {
    metadata: { labels: { "app.kubernetes.io/managed-by": "opconnect" } },
    data: { token: Buffer.from("fixture").toString("base64") },
  });
  const annotations = { "opconnect/token-fingerprint": "stored" };
  const env = [{ name: "POLLING_INTERVAL", value: "60" }];
  const envFrom = [{ configMapRef: { name: "others" } }, { configMapRef: { name: "scope" } }];
  api.lists.set(deployments, [
    {
      metadata: { name: "operator" },
      spec: {
        selector: { matchLabels: { name: "operator" } },
        template: {
          metadata: { annotations },
          spec: { containers: [{ name: "op", env, envFrom }] },
        },
      },
    },
  ]);
  api.lists.set(pods, [
    {
      metadata: { name: "operator-1", labels: { name: "operator" }, annotations },
      status: { conditions: [{ type: "Ready", status: "True" }] },
    },
  ]);
  api.lists.set(items("app"), titles.map(itemObject));
  api.lists.set(secrets("app"), titles.map(itemSecret));
  api.configMaps.set(`${home}/others`, { data: { WATCH_NAMESPACE: "theirs" } });
  api.configMaps.set(`${home}/scope`, { data: { WATCH_NAMESPACE: "app,web" } });
  op = createMemoryOp();
  op.vaults.push({ id: vaultId, name: "acme-prod-app", description: "" });
  op.items.push(
    ...titles.map((title, index) => ({
      id: itemId(index),
      title,
      version: 1,
      vault: { id: vaultId },
      created_at: new Date(0),
      updated_at: new Date(0),
    })),
  );
  const secret = { namespace: home, name: "acme-prod-token", key: "token" };
  wanted = {
    cluster: { kubeconfig: api.kubeconfig },
    secrets: [
      { ...secret, content: fingerprint("fixture"), fingerprint: "stored", isOfDeployment: true },
    ],
    deployments: [{ namespace: home, name: "operator" }],
    items: titles.map((name) => ({ namespace: "app", name, keys: [] })),
    certificates: [],
    networkPolicies: [{ namespace: home, name: "connect", spec: { podSelector: {} } }],
    accessPolicies: [
      { name: "guard", spec: { validations: [] }, binding: { policyName: "guard" } },
    ],
    withoutConnect: [],
    lostVaults: [],
  };
});

/** All but what Connect would say: none runs here. */
const notOk = async () =>
  (await checkHealth(wanted, { op })).filter(
    ({ check, status }) => status !== "ok" && check !== "connect",
  );

test("a healthy environment with fifty items is well, and each list was asked for once", async () => {
  expect(await notOk()).toEqual([]);
  expect(op.calls.filter((call) => call === "listItems")).toEqual(["listItems"]);
  const paths = api.requests.map((request) => request.split(" ")[1]?.split("?")[0]);
  expect(paths.filter((path) => path === items("app"))).toHaveLength(1);
  expect(paths.filter((path) => path === secrets("app"))).toHaveLength(1);
  expect(paths.filter((path) => path !== reviews).length).toBeLessThan(14);
  expect(api.valuesSent).toEqual([`${secrets(home)}/acme-prod-token`]);
});

test("namespaces that the operator watches are read from the ConfigMap that it reads", async () => {
  api.configMaps.set(`${home}/scope`, { data: { WATCH_NAMESPACE: "web" } });
  const found = await notOk();
  expect(found).toHaveLength(50);
  expect(found[0]?.happened).toBe("The operator does not watch the namespace app, but web.");
});

test("a Secret of ours that was altered, and one that is gone, is found out", async () => {
  api.secrets.set(`${home}/acme-prod-token`, {
    metadata: { labels: { "app.kubernetes.io/managed-by": "opconnect" } },
    data: { token: Buffer.from("altered").toString("base64") },
  });
  expect(await notOk()).toMatchObject([
    { check: "cluster-secret", status: "failed", happened: expect.stringMatching(/does not hold/) },
  ]);
  api.secrets.clear();
  expect(await notOk()).toMatchObject([
    { check: "cluster-secret", happened: expect.stringMatching(/There is no Secret/) },
  ]);
});

test("a Secret of ours that did not get what the store has by now is found out", async () => {
  const told = async () => (await checkHealth(wanted, { op }))[0]?.happened;
  expect(await told()).toBe("It holds the value that was deployed.");
  const stored = (value: string) => wanted.secrets.map((each) => ({ ...each, stored: value }));
  wanted = { ...wanted, secrets: stored("stored") };
  expect(await told()).toBe("It holds the value of the credential store.");
  wanted = { ...wanted, secrets: stored("newer") };
  expect(await notOk()).toMatchObject([
    { check: "cluster-secret", happened: expect.stringMatching(/store holds another value/) },
  ]);
});

test("what another has in a Secret beside a deployment, its pods do not have to run with", async () => {
  const [own] = wanted.secrets;
  const other = { ...Object(own), fingerprint: "other", isOfDeployment: false };
  wanted = { ...wanted, secrets: [...wanted.secrets, other] };
  expect(await notOk()).toEqual([]);
});

test("what the operator may not do is named, and what you may not ask is not looked at", async () => {
  api.denied.add("update secrets");
  expect(await notOk()).toMatchObject([
    {
      check: "operator-rights",
      status: "failed",
      happened: "The service account default may not update secrets in app, update secrets in web.",
    },
  ]);
  api.refused.add(reviews);
  expect(await notOk()).toMatchObject([{ check: "operator-rights", status: "skipped" }]);
});

test.each([
  ["1.10.1", "get namespaces", undefined],
  ["1.10.1", "list namespaces", "may not list namespaces."],
  ["1.12.0", "get namespaces", "may not get namespaces/app in app, get namespaces/web in web."],
  ["1.12.0", "list namespaces", undefined],
  ["edge", "create events", undefined],
])("an operator %s without the right to %s lacks %s", async (version, right, lacks) => {
  const [operator] = api.lists.get(deployments) ?? [];
  const [container] = Object(operator).spec.template.spec.containers;
  container.image = `1password/onepassword-operator:${version}`;
  api.denied.add(right);
  const expected = { check: "operator-rights", happened: expect.stringContaining(String(lacks)) };
  expect(await notOk()).toMatchObject(lacks === undefined ? [] : [expected]);
});

test("a NetworkPolicy that is gone, and one that was changed, is found out", async () => {
  api.objects.set(policy, { spec: { podSelector: {}, ingress: [{}] } });
  expect(await notOk()).toMatchObject([
    { check: "network-policy", status: "failed", happened: expect.stringMatching(/was changed/) },
  ]);
  api.objects.delete(policy);
  expect(await notOk()).toMatchObject([
    { check: "network-policy", happened: expect.stringMatching(/There is no NetworkPolicy/) },
  ]);
});

test("a policy that guards items and is gone, was changed or has no binding is found out", async () => {
  api.objects.set(guard, { spec: { validations: [], failurePolicy: "Ignore" } });
  api.objects.delete(binding);
  expect(await notOk()).toMatchObject([
    {
      check: "access-policy",
      subject: "guard",
      status: "failed",
      happened:
        "The ValidatingAdmissionPolicy was changed since it was deployed. There is no ValidatingAdmissionPolicyBinding guard.",
    },
  ]);
  api.objects.delete(guard);
  expect(await notOk()).toMatchObject([
    { happened: expect.stringMatching(/^There is no ValidatingAdmissionPolicy guard\./) },
  ]);
});

test("without op Connect is asked, and where that cannot be, nothing is called up to date", async () => {
  const found = await checkHealth(wanted, {});
  const unseen = found.filter(({ status }) => status === "skipped");
  expect(unseen.map(({ check }) => check)).toEqual(["connect", ...titles.map(() => "item")]);
  expect(unseen[1]?.happened).toContain("Connect cannot be asked the way the operator does.");
  expect(op.calls).toEqual([]);
});

test("an operator with a service account has no Connect, and what it keeps is told by its Secrets", async () => {
  const variables = api.lists.get(deployments)?.[0];
  const [container] = Object(variables).spec.template.spec.containers;
  const secretKeyRef = { name: "acme-prod-token", key: "token" };
  container.env.push({ name: "OP_SERVICE_ACCOUNT_TOKEN", valueFrom: { secretKeyRef } });
  wanted = { ...wanted, withoutConnect: [home] };
  const found = await checkHealth(wanted, {});
  expect(found.filter(({ status }) => status !== "ok")).toEqual([]);
  expect(found.filter(({ check }) => check === "connect")).toEqual([]);
  expect(found.find(({ check }) => check === "item")?.happened).toMatch(
    /version 1 of the item. Whether 1Password has a newer one is not seen here\.$/,
  );
  for (const item of op.items) Object.assign(item, { version: 2 });
  const [item] = (await checkHealth(wanted, { op })).filter(({ check }) => check === "item");
  expect(item?.happened).toContain("1Password has version 2");
});

test("items of a vault that the server has lost are out of the operator's reach", async () => {
  wanted = { ...wanted, lostVaults: [vaultId] };
  const found = await notOk();
  expect(found).toHaveLength(50);
  expect(found[0]?.happened).toMatch(/the grant is gone/);
});

test("where 1Password cannot be asked, items are not looked at, and nothing else is held up", async () => {
  op.vaults.length = 0;
  const found = await notOk();
  expect(found).toHaveLength(50);
  expect(new Set(found.map(({ status }) => status))).toEqual(new Set(["skipped"]));
});

test("items are looked at one by one where they may be read and not listed", async () => {
  api.configMaps.set(`${home}/scope`, { data: { WATCH_NAMESPACE: home } });
  wanted = { ...wanted, items: titles.map((name) => ({ namespace: home, name, keys: [] })) };
  for (const [index, name] of titles.entries()) {
    api.items.set(`${home}/${name}`, itemObject(name));
    api.secrets.set(`${home}/${name}`, itemSecret(name, index));
  }
  for (const path of [items(home), secrets(home)]) api.refused.add(path);
  expect(await notOk()).toEqual([]);
  expect(api.valuesSent).toEqual([`${secrets(home)}/acme-prod-token`]);
});

test("a namespace that may not be listed is told by its code, and is not called ill", async () => {
  api.lists.delete(pods);
  api.refused.add(pods);
  expect(await notOk()).toMatchObject([
    { check: "deployment", status: "skipped", code: "CLUSTER_ACCESS_DENIED" },
  ]);
});
