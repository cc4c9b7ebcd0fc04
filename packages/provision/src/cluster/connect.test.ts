import { setTimeout } from "node:timers/promises";
import { fingerprint } from "@opconnect/core";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import {
  type FixtureKubernetesApi,
  kubeconfigFor,
  startKubernetesApi,
} from "../../fixtures/fakes/kubernetes-api.ts";
import { type ClusterConnection, connectCluster } from "./connect.ts";

// Loading the client takes long on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let api: FixtureKubernetesApi;
let cluster: ClusterConnection;

beforeAll(async () => {
  api = await startKubernetesApi();
});

beforeEach(async () => {
  api.secrets.clear();
  api.items.clear();
  api.lists.clear();
  api.refused.clear();
  api.requests.length = 0;
  api.valuesSent.length = 0;
  api.answerAll = undefined;
  api.beforePatch = undefined;
  cluster = await connectCluster({ kubeconfig: api.kubeconfig });
});

afterAll(() => api.close());

const value = "FixtureSecretValue0123456789-ü";
const secret = { namespace: "acme-prod-1password", name: "acme-prod-token", key: "token" };
const path = "acme-prod-1password/acme-prod-token";

/** A Secret that a person made. */
function putForeign() {
  const metadata = { ...secret, uid: "fixture-foreign", labels: { app: "theirs" } };
  api.secrets.set(path, { metadata, data: { token: "Zml4dHVyZQ==" } });
}

test("a cluster is known by the uid of kube-system", async () => {
  expect(await cluster.uid()).toBe("fixture-uid-of-kube-system");
});

test("a Secret is applied as ours and described without its value", async () => {
  const annotations = { "opconnect/fingerprint": fingerprint(value) };
  const applied = await cluster.applySecret({
    ...secret,
    value,
    labels: { team: "a" },
    annotations,
  });
  expect(api.secrets.get(path)).toMatchObject({
    type: "Opaque",
    metadata: { labels: { team: "a", "app.kubernetes.io/managed-by": "opconnect" }, annotations },
    data: { token: Buffer.from(value).toString("base64") },
  });
  expect(applied).toMatchObject({ isOurs: true, fingerprint: fingerprint(value), annotations });
  expect(JSON.stringify(applied)).not.toContain(value);
  expect(await cluster.readSecret(secret)).toEqual(applied);
  expect(api.requests).toContain(
    "PATCH /api/v1/namespaces/acme-prod-1password/secrets/acme-prod-token?fieldManager=opconnect&force=false application/apply-patch+yaml",
  );
});

test("a Secret of ours takes a new value", async () => {
  const first = await cluster.applySecret({ ...secret, value });
  const second = await cluster.applySecret({ ...secret, value: "fixture-2" });
  expect(second).toMatchObject({ uid: first.uid, fingerprint: fingerprint("fixture-2") });
});

test("a Secret of ours that somebody edited is put right", async () => {
  await cluster.applySecret({ ...secret, value });
  const { metadata } = api.secrets.get(path) ?? {};
  const labels = { ...metadata?.labels, fixtureManager: "kubectl-edit" };
  api.secrets.set(path, { metadata: { ...metadata, labels }, data: { token: "ZWRpdGVk" } });
  expect(await cluster.applySecret({ ...secret, value })).toMatchObject({
    fingerprint: fingerprint(value),
  });
});

test("a key that a Secret does not have has no fingerprint", async () => {
  await cluster.applySecret({ ...secret, value });
  expect(await cluster.readSecret({ ...secret, key: "other" })).not.toHaveProperty("fingerprint");
});

test("a value lies under a second key as base64 text, and neither may be another", async () => {
  const both = { ...secret, base64Key: "token.base64" };
  await cluster.applySecret({ ...both, value });
  const { metadata, data = {} } = api.secrets.get(path) ?? {};
  const decoded = (text = "") => Buffer.from(text, "base64").toString();
  expect(decoded(data.token)).toBe(value);
  expect(decoded(decoded(data["token.base64"]))).toBe(value);
  expect(await cluster.readSecret(both)).toMatchObject({ fingerprint: fingerprint(value) });
  for (const key of Object.keys(data)) {
    api.secrets.set(path, { metadata: metadata ?? {}, data: { ...data, [key]: "ZWRpdGVk" } });
    expect(await cluster.readSecret(both)).not.toHaveProperty("fingerprint");
  }
});

test("a Secret that does not exist is nothing, and deleting it is no error", async () => {
  expect(await cluster.readSecret(secret)).toBeUndefined();
  expect(await cluster.deleteSecret(secret)).toEqual({ outcome: "absent" });
});

test("a Secret of somebody else is neither overwritten nor deleted", async () => {
  putForeign();
  await expect(cluster.applySecret({ ...secret, value })).rejects.toMatchObject({
    code: "CLUSTER_SECRET_FOREIGN",
  });
  expect(await cluster.deleteSecret(secret)).toEqual({ outcome: "foreign" });
  expect(api.secrets.get(path)?.metadata?.uid).toBe("fixture-foreign");
  expect(await cluster.readSecret(secret)).toMatchObject({ isOurs: false });
});

test("a Secret that somebody else creates at the same moment is not overwritten", async () => {
  api.beforePatch = putForeign;
  const applying = cluster.applySecret({ ...secret, value });
  await expect(applying).rejects.toMatchObject({ code: "CLUSTER_SECRET_FOREIGN" });
  await expect(applying).rejects.toThrow(
    "kubectl delete secret -n acme-prod-1password acme-prod-token",
  );
});

test("a Secret of ours is deleted, by its uid", async () => {
  await cluster.applySecret({ ...secret, value });
  expect(await cluster.deleteSecret(secret)).toEqual({ outcome: "deleted" });
  expect(api.secrets.size).toBe(0);
});

test("a namespace that does not exist is an error that names it", async () => {
  const applying = cluster.applySecret({ ...secret, namespace: "gone", value });
  await expect(applying).rejects.toMatchObject({ code: "CLUSTER_FAILED" });
  await expect(applying).rejects.toThrow('namespaces "gone" not found');
});

test.each([
  [401, "Unauthorized", "CLUSTER_ACCESS_DENIED"],
  [403, 'secrets "acme-prod-token" is forbidden: User "ci" cannot patch', "CLUSTER_ACCESS_DENIED"],
  [422, "Secret is invalid", "CLUSTER_FAILED"],
  [500, "etcdserver: request timed out", "CLUSTER_FAILED"],
])("an answer %d is told: %s", async (status, message, code) => {
  api.answerAll = { status, body: { kind: "Status", message } };
  const applying = cluster.applySecret({ ...secret, value });
  await expect(applying).rejects.toMatchObject({ code });
  // The client keeps the answer of a 401 to itself.
  const said = status === 401 ? "HTTP 401." : `HTTP ${status}, ${message}`;
  await expect(applying).rejects.toThrow(said);
});

test("an error that quotes the value back does not show it", async () => {
  const echoed = Buffer.from(value.repeat(3)).toString("base64");
  api.answerAll = { status: 422, body: { kind: "Status", message: `invalid value ${echoed}` } };
  const error = await cluster.applySecret({ ...secret, value }).catch((caught: unknown) => caught);
  expect(String(error)).toContain("invalid value <redacted>");
  expect(error).not.toHaveProperty("cause");
});

test("an API server that never answers is unreachable", async () => {
  api.answerAll = "never";
  const impatient = await connectCluster({ kubeconfig: api.kubeconfig }, 500);
  await expect(impatient.uid()).rejects.toMatchObject({ code: "CLUSTER_UNREACHABLE" });
  await expect(impatient.uid()).rejects.toThrow("within 0.5 seconds");
});

test.each([
  ["nothing listens", "http://127.0.0.1:9", /ECONNREFUSED|bad port/],
  ["there is no such host", "https://api.fixture.invalid:6443", /ENOTFOUND|EAI_AGAIN/],
  ["there is no TLS", "https://127.0.0.1:{port}", /SSL|TLS|EPROTO/i],
])("an address where %s is unreachable", async (_, address, text) => {
  const url = address.replace("{port}", new URL(api.url).port);
  const unreachable = await connectCluster({ kubeconfig: kubeconfigFor(url) });
  await expect(unreachable.uid()).rejects.toMatchObject({ code: "CLUSTER_UNREACHABLE" });
  await expect(unreachable.uid()).rejects.toThrow(text);
});

test("an address without TLS is refused unless the kubeconfig says that it is meant", async () => {
  const kubeconfig = api.kubeconfig.replace("verify: true", "verify: false");
  const open = await connectCluster({ kubeconfig });
  await expect(open.uid()).rejects.toMatchObject({ code: "CLUSTER_CONFIG_INVALID" });
});

test("something that is no API server is told", async () => {
  api.answerAll = { status: 200, body: {} };
  await expect(cluster.uid()).rejects.toThrow(/without a uid.*CLUSTER_FAILED/);
});

test("an item shows the labels of its Secret, and what the operator complains of", async () => {
  const item = { namespace: "acme-prod-1password", name: "db" };
  const sync = async () => (await cluster.readItemSyncs([item]))[0];
  expect(await sync()).toBeUndefined();
  const metadata = { ...item, uid: "db", resourceVersion: "1" };
  api.items.set("acme-prod-1password/db", { metadata });
  expect(await sync()).toEqual({ problem: "" });
  const labels = { "opconnect/credentials": "fixture" };
  api.secrets.set("acme-prod-1password/db", { metadata: { ...item, uid: "written", labels } });
  const message = "failed to retrieve item: status 401: eyJhbGciOiJFUzI1NiJ9.eyJhIjoxfQ.c2ln";
  const conditions = [{ type: "Ready", status: "False", message }];
  api.items.set("acme-prod-1password/db", { metadata, status: { conditions } });
  expect(await sync()).toEqual({
    problem: "failed to retrieve item: status 401: <redacted>",
    secretLabels: labels,
  });
});

describe("items of several namespaces", () => {
  const itemsOf = (namespace: string) =>
    `/apis/onepassword.com/v1/namespaces/${namespace}/onepassworditems`;
  const secretsOf = (namespace: string) => `/api/v1/namespaces/${namespace}/secrets`;
  const labels = { "opconnect/credentials": "fixture" };
  const data = { password: "Zml4dHVyZQ==" };
  const objectOf = (name: string) => ({ metadata: { name, uid: name, resourceVersion: "1" } });
  const secretOf = (name: string) => ({ metadata: { name, uid: name, labels }, data });
  const names = Array.from({ length: 25 }, (_, index) => `item-${index}`);
  const synced = { problem: "", secretLabels: labels };
  const paths = () => api.requests.map((request) => request.split(" ")[1]?.split("?")[0]);

  function put(namespace: string, all = names) {
    api.lists.set(itemsOf(namespace), all.map(objectOf));
    api.lists.set(secretsOf(namespace), ["theirs", ...all].map(secretOf));
  }
  const inBoth = ["app", "web"].flatMap((namespace) => names.map((name) => ({ namespace, name })));

  test("are asked for with two lists a namespace, and no value of a Secret is sent", async () => {
    put("app");
    put("web");
    expect(await cluster.readItemSyncs(inBoth)).toEqual(inBoth.map(() => synced));
    const lists = ["app", "web"].flatMap((namespace) => [itemsOf(namespace), secretsOf(namespace)]);
    expect(paths().sort()).toEqual(lists.sort());
    expect(api.valuesSent).toEqual([]);
  });

  test("are told in the order in which they were asked for, those that are not there too", async () => {
    put("app");
    api.lists.set(itemsOf("web"), [objectOf("bare")]);
    api.lists.set(secretsOf("web"), []);
    const asked = [
      { namespace: "web", name: "bare" },
      { namespace: "app", name: "item-3" },
      { namespace: "web", name: "gone" },
      { namespace: "app", name: "gone" },
    ];
    expect(await cluster.readItemSyncs(asked)).toEqual([
      { problem: "" },
      synced,
      undefined,
      undefined,
    ]);
  });

  test("are found in a namespace with more Secrets than one answer has", async () => {
    const many = Array.from({ length: 1_200 }, (_, index) => `item-${index}`);
    put("app", many);
    const items = many.slice(1_000).map((name) => ({ namespace: "app", name }));
    expect(await cluster.readItemSyncs(items)).toEqual(items.map(() => synced));
    const parts = api.requests.filter((request) => request.includes(secretsOf("app")));
    expect(parts.map((request) => new URL(request.split(" ")[1] ?? "", api.url).search)).toEqual([
      "?limit=500",
      "?continue=500&limit=500",
      "?continue=1000&limit=500",
    ]);
  });

  test("are read one by one by whom the Secrets may not be listed, without a value", async () => {
    put("acme-prod-1password");
    api.refused.add(secretsOf("acme-prod-1password"));
    const items = names.map((name) => ({ namespace: "acme-prod-1password", name }));
    for (const { namespace, name } of items)
      api.secrets.set(`${namespace}/${name}`, secretOf(name));
    expect(await cluster.readItemSyncs(items)).toEqual(items.map(() => synced));
    expect(paths().filter((path) => path === itemsOf("acme-prod-1password"))).toHaveLength(1);
    expect(api.valuesSent).toEqual([]);
    const one = names.at(-1);
    api.refused.add(`${secretsOf("acme-prod-1password")}/${one}`);
    await expect(cluster.readItemSyncs(items)).rejects.toMatchObject({
      code: "CLUSTER_ACCESS_DENIED",
      message: expect.stringContaining(`refused to read the Secret ${one} in`),
    });
  });

  test("one that is alone in its namespace is read by itself", async () => {
    const item = { namespace: "acme-prod-1password", name: "db" };
    api.items.set("acme-prod-1password/db", objectOf("db"));
    api.secrets.set("acme-prod-1password/db", secretOf("db"));
    expect(await cluster.readItemSyncs([item])).toEqual([synced]);
    expect(paths().sort()).toEqual(
      [`${itemsOf(item.namespace)}/db`, `${secretsOf(item.namespace)}/db`].sort(),
    );
    expect(api.valuesSent).toEqual([]);
  });
});

test("a cluster gets ten requests at a time", async () => {
  const silent = await startKubernetesApi();
  silent.answerAll = "never";
  const waiting = await connectCluster({ kubeconfig: silent.kubeconfig });
  const asked = Promise.allSettled(Array.from({ length: 25 }, () => waiting.uid()));
  await vi.waitFor(() => expect(silent.requests.length).toBeGreaterThanOrEqual(10), 30_000);
  await setTimeout(200);
  expect(silent.requests).toHaveLength(10);
  await silent.close();
  await asked;
});

test("a Secret that several resources have goes with the last of them", async () => {
  const first = { holder: "first" };
  const { claim } = await cluster.applySecret({ ...secret, value, hold: first });
  const moved = await cluster.applySecret({ ...secret, value, hold: { holder: "moved" } });
  // Written again, the note of before stays.
  const again = { holder: "first", claim };
  expect(await cluster.applySecret({ ...secret, value, hold: again })).toMatchObject({ claim });
  const taken = { holder: "moved", claim: moved.claim };
  expect(await cluster.deleteSecret(secret, taken)).toEqual({ outcome: "kept", others: ["first"] });
  expect(await cluster.deleteSecret(secret, { ...first, claim: "former" })).toEqual({
    outcome: "kept",
    others: [],
  });
  expect(await cluster.deleteSecret(secret, again)).toEqual({ outcome: "deleted" });
});

test("a Secret of a release that noted no holders is not for one to delete that found it", async () => {
  await cluster.applySecret({ ...secret, value });
  const { claim } = await cluster.applySecret({ ...secret, value, hold: { holder: "moved" } });
  const moved = { holder: "moved", claim };
  expect(await cluster.deleteSecret(secret, moved)).toMatchObject({ outcome: "kept" });
  expect(await cluster.deleteSecret(secret)).toEqual({ outcome: "deleted" });
});

test("what uses a value is named: our Secret, Deployments and pods that carry its fingerprint", async () => {
  const use = { ...secret, fingerprint: fingerprint(value) };
  expect(await cluster.listUsers(use)).toEqual({ lasting: [], pods: [] });
  await cluster.applySecret({
    ...secret,
    value,
    annotations: { "opconnect/fingerprint": use.fingerprint },
  });
  const annotations = { "opconnect/token-fingerprint": use.fingerprint };
  const deployment = (name: string, more: object = {}) => ({
    metadata: { name, ...more },
    spec: { selector: {}, template: { metadata: { annotations } } },
  });
  const deletionTimestamp = new Date("2026-11-28");
  api.lists.set("/apis/apps/v1/namespaces/acme-prod-1password/deployments", [
    deployment("operator"),
    deployment("gone", { deletionTimestamp }),
  ]);
  const pod = (name: string, phase: string, more: object = {}) => ({
    metadata: { name, annotations, ...more },
    status: { phase },
  });
  const podList = "/api/v1/namespaces/acme-prod-1password/pods";
  api.lists.set(podList, [
    pod("running", "Running"),
    pod("done", "Succeeded"),
    pod("ending", "Running", { deletionTimestamp }),
    { metadata: { name: "another", annotations: { "opconnect/token-fingerprint": "another" } } },
  ]);
  const { namespace } = secret;
  const lasting = [`the Secret ${path}`, `the Deployment ${namespace}/operator`];
  const pods = [`the pod ${namespace}/running`];
  expect(await cluster.listUsers(use)).toEqual({ lasting, pods });
  api.refused.add(podList);
  expect(await cluster.listUsers(use)).toEqual({ lasting, pods: [] });
  const other = { ...use, fingerprint: fingerprint("another value") };
  expect(await cluster.listUsers(other)).toEqual({ lasting: [], pods: [] });
});

test("rights that went with their namespace say that nothing is used there", async () => {
  const use = { namespace: "gone", name: "acme-prod-token", fingerprint: fingerprint(value) };
  api.refused.add("/api/v1/namespaces/gone/secrets/acme-prod-token");
  expect(await cluster.listUsers(use)).toEqual({ lasting: [], pods: [] });
  api.refused.add("/api/v1/namespaces/acme-prod-1password/secrets/acme-prod-token");
  const there = cluster.listUsers({ ...use, namespace: secret.namespace });
  await expect(there).rejects.toMatchObject({ code: "CLUSTER_ACCESS_DENIED" });
});
