import { beforeEach, expect, test } from "vitest";
import type { PodRequest } from "../../cluster/inspection/pod-request.ts";
import { connectSource, findConnect } from "./connect.ts";

const value = "FixtureConnectToken0123456789";
const vault = { id: "vaultaaaaaaaaaaaaaaaaaaaaa", name: "acme-prod-app" };
const row = {
  id: "itemaaaaaaaaaaaaaaaaaaaaaa",
  title: "postgres",
  version: 4,
  createdAt: "2026-05-05T12:00:00Z",
  updatedAt: "2026-05-06T12:00:00Z",
};
const operator = {
  namespace: "op",
  name: "operator",
  version: undefined,
  serviceAccount: "operator",
  watches: undefined,
  isServiceAccount: false,
  pollingSeconds: 60,
  connectUrl: "http://connect:8080",
  token: { name: "acme-prod-token", key: "token" },
  trust: undefined,
};
const pod = {
  name: "connect-1",
  labels: { app: "connect" },
  annotations: {},
  ports: new Map([["connect-api", 8081]]),
  createdAt: new Date(),
  isReady: true,
  isLeaving: false,
  troubles: [],
};

let asked: PodRequest[];
let answers: Record<string, { status: number; body: unknown }>;
beforeEach(() => {
  asked = [];
  answers = {
    "/v1/vaults": { status: 200, body: [vault] },
    [`/v1/vaults/${vault.id}/items`]: { status: 200, body: [row] },
  };
});

const cluster = {
  listPods: async () => [pod],
  readSecretKey: async (): Promise<string | undefined> => value,
  readServicePort: async () => ({ selector: { app: "connect" }, target: "connect-api" }),
  async requestPod(request: PodRequest) {
    asked.push(request);
    const { status, body } = answers[request.path] ?? { status: 404, body: {} };
    return { status, body: JSON.stringify(body) };
  },
};

const sourceOf = (change: Partial<typeof cluster> = {}) =>
  connectSource(() => findConnect(operator, { ...cluster, ...change }));

test("Connect is asked at the pod that the operator asks, with the operator's token", async () => {
  const content = await sourceOf().lookInto(vault.id);
  expect(content).toMatchObject({
    kind: "listed",
    vault,
    items: [{ id: row.id, title: "postgres", version: 4, isArchived: false }],
  });
  expect(asked.map(({ pod: name, port, path }) => `${name}:${port}${path}`)).toEqual([
    "connect-1:8081/v1/vaults",
    `connect-1:8081/v1/vaults/${vault.id}/items`,
  ]);
  expect(asked[0]?.headers).toEqual({ Authorization: `Bearer ${value}` });
});

test("a vault that Connect does not show to the token is out of its reach", async () => {
  expect(await sourceOf().lookInto("vaultbbbbbbbbbbbbbbbbbbbbb")).toEqual({ kind: "out of reach" });
});

test.each<[string, Partial<typeof cluster>, RegExp]>([
  ["no pod is ready", { listPods: async () => [] }, /No pod of Connect is ready/],
  ["there is no token", { readSecretKey: async () => undefined }, /no Secret acme-prod-token/],
])("where %s it says so", async (_, change, because) => {
  const content = await sourceOf(change).lookInto(vault.id);
  expect(content).toEqual({ kind: "unknown", because: expect.stringMatching(because) });
});

const secured = {
  ...operator,
  connectUrl: "https://connect:8443",
  trust: { name: "acme-prod-connect-trust", key: "tls.crt" },
};

test("by TLS Connect is asked for the name that the operator calls, with what the operator trusts", async () => {
  const readSecretKey = async (_: string, name: string) =>
    name === "acme-prod-connect-trust" ? "FIXTURE PEM" : value;
  const source = connectSource(() => findConnect(secured, { ...cluster, readSecretKey }));
  expect(await source.lookInto(vault.id)).toMatchObject({ kind: "listed" });
  expect(asked[0]?.tls).toEqual({ host: "connect", trusted: "FIXTURE PEM" });
});

test.each([
  ["nothing is given to trust", { ...secured, trust: undefined }, /cannot be asked the way/],
  ["what is to be trusted is gone", secured, /no Secret acme-prod-connect-trust/],
])("by TLS, where %s, no token is sent", async (_, wanted, because) => {
  const readSecretKey = async (__: string, name: string) =>
    name === "acme-prod-connect-trust" ? undefined : value;
  expect(await findConnect(wanted, { ...cluster, readSecretKey })).toMatch(because);
  expect(asked).toEqual([]);
});

test("a certificate that is not taken is told, and is no answer", async () => {
  const requestPod = async () => ({ status: 0, body: "", untrusted: "CERT_HAS_EXPIRED" });
  const because = "Connect shows a certificate that the operator does not take (CERT_HAS_EXPIRED).";
  const source = connectSource(() => findConnect(secured, { ...cluster, requestPod }));
  expect(await source.lookInto(vault.id)).toEqual({ kind: "unknown", because });
});

test("beside an operator with a service account there is no Connect to ask", async () => {
  const alone = { ...operator, isServiceAccount: true, connectUrl: "", token: undefined };
  expect(await findConnect(alone, cluster)).toBe(
    "There is no Connect: the operator asks 1Password itself.",
  );
});

test("what Connect refuses is told in its own words, without the token", async () => {
  answers["/v1/vaults"] = { status: 401, body: { status: 401, message: "Invalid bearer token" } };
  expect(await sourceOf().lookInto(vault.id)).toEqual({
    kind: "unknown",
    because:
      "Connect answered with HTTP 401: Invalid bearer token. A token of the last half minute may not be known to it yet.",
  });
});

test.each([401, 403])("one %s now and then is no refusal", async (status) => {
  let count = 0;
  const requestPod = async (request: PodRequest) => {
    count += 1;
    return count % 2 === 1 ? { status, body: "{}" } : cluster.requestPod(request);
  };
  expect(await sourceOf({ requestPod }).lookInto(vault.id)).toMatchObject({ kind: "listed" });
});
