import type { V1Container, V1Pod } from "@kubernetes/client-node";
import { expect, test } from "vitest";
import type { ClusterObjects } from "../cluster-objects.ts";
import { resolveVariables } from "./variables.ts";

test("the environment of the chart's operator is resolved", async () => {
  const variables = await resolve({
    env: [
      { name: "WATCH_NAMESPACE", value: "" },
      { name: "POD_NAME", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
      { name: "OP_CONNECT_HOST", value: "http://acme-prod-connect:8080" },
      {
        name: "OP_CONNECT_TOKEN",
        valueFrom: { secretKeyRef: { name: "acme-prod-token", key: "token" } },
      },
    ],
  });
  expect(Object.fromEntries(variables)).toEqual({
    KUBERNETES_SERVICE_HOST: "127.0.0.1",
    WATCH_NAMESPACE: "",
    POD_NAME: "operator-1",
    OP_CONNECT_HOST: "http://acme-prod-connect:8080",
    OP_CONNECT_TOKEN: "fixture-token",
  });
});

test("a value refers to what was set before it, not to what comes after", async () => {
  const variables = await resolve({
    envFrom: [{ prefix: "APP_", configMapRef: { name: "settings" } }],
    env: [
      { name: "EARLY", value: "$(LATE)" },
      { name: "URL", value: "$(APP_SCHEME)://$(KUBERNETES_SERVICE_HOST)/$$(URL)" },
      { name: "LATE", value: "late" },
    ],
  });
  expect(variables.get("EARLY")).toBe("$(LATE)");
  expect(variables.get("URL")).toBe("https://127.0.0.1/$(URL)");
});

test("env wins over envFrom, and the container's own over the Service's", async () => {
  const variables = await resolve({
    envFrom: [{ configMapRef: { name: "settings" } }],
    env: [
      { name: "SCHEME", value: "http" },
      { name: "KUBERNETES_SERVICE_HOST", value: "elsewhere" },
    ],
  });
  expect(variables.get("SCHEME")).toBe("http");
  expect(variables.get("KUBERNETES_SERVICE_HOST")).toBe("elsewhere");
});

test("keys that cannot name a variable are left out of envFrom", async () => {
  const variables = await resolve({ envFrom: [{ configMapRef: { name: "settings" } }] });
  expect([...variables.keys()]).toEqual(["KUBERNETES_SERVICE_HOST", "SCHEME"]);
});

test("the pod's address, labels and annotations are there to refer to", async () => {
  const field = (name: string, fieldPath: string) => ({
    name,
    valueFrom: { fieldRef: { fieldPath } },
  });
  const variables = await resolve({
    env: [
      field("IP", "status.podIP"),
      field("NAMESPACE", "metadata.namespace"),
      field("APP", "metadata.labels['app.kubernetes.io/name']"),
    ],
  });
  expect(variables.get("IP")).toBe("10.244.1.2");
  expect(variables.get("NAMESPACE")).toBe("acme-prod-1password");
  expect(variables.get("APP")).toBe("connect");
});

test("what is optional and missing is not set", async () => {
  const variables = await resolve({
    envFrom: [{ secretRef: { name: "none", optional: true } }],
    env: [
      { name: "A", valueFrom: { secretKeyRef: { name: "none", key: "a", optional: true } } },
      { name: "B", valueFrom: { configMapKeyRef: { name: "settings", key: "b", optional: true } } },
    ],
  });
  expect([...variables.keys()]).toEqual(["KUBERNETES_SERVICE_HOST"]);
});

test.each([
  [{ secretKeyRef: { name: "none", key: "a" } }, 'secret "none" not found'],
  [{ configMapKeyRef: { name: "none", key: "a" } }, 'configmap "none" not found'],
  [
    { secretKeyRef: { name: "acme-prod-token", key: "tokne" } },
    "couldn't find key tokne in Secret acme-prod-1password/acme-prod-token",
  ],
  [{ fieldRef: { fieldPath: "spec.nope" } }, "unsupported fieldPath: spec.nope"],
])("a container waits while %j cannot be resolved", async (valueFrom, message) => {
  const resolving = resolve({ env: [{ name: "A", valueFrom }] });
  await expect(resolving).rejects.toMatchObject({ reason: "CreateContainerConfigError", message });
});

function resolve(container: Omit<V1Container, "name">): Promise<Map<string, string>> {
  return resolveVariables({
    pod,
    container: { name: "manager", ...container },
    objects,
    address: { podIp: "10.244.1.2", hostIp: "10.244.0.1" },
    service: { KUBERNETES_SERVICE_HOST: "127.0.0.1" },
  });
}

const pod: V1Pod = {
  metadata: {
    name: "operator-1",
    namespace: "acme-prod-1password",
    labels: { "app.kubernetes.io/name": "connect" },
  },
};

const objects: ClusterObjects = {
  findSecret: async (_namespace, name) =>
    name === "acme-prod-token" ? new Map([["token", Buffer.from("fixture-token")]]) : undefined,
  findConfigMap: async (_namespace, name) =>
    name === "settings"
      ? new Map([
          ["SCHEME", Buffer.from("https")],
          ["1.not a name", Buffer.from("x")],
        ])
      : undefined,
  createToken: async () => "fixture-service-account-token",
};
