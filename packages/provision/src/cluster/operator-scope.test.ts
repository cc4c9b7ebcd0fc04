import type { V1ConfigMap, V1Deployment } from "@kubernetes/client-node";
import { beforeEach, describe, expect, test } from "vitest";
import {
  claimScope,
  findScopeDrift,
  releaseScope,
  type ScopeApi,
  settleScope,
} from "./operator-scope.ts";

const place = {
  namespace: "acme-prod-1password",
  name: "acme-prod-watched-namespaces",
  key: "watched",
  deployment: "acme-prod-connect-operator",
};
const was = { holder: "own", generation: "1", namespaces: ["app", "web"] };
const willBe = { holder: "own", generation: "2", namespaces: ["app", "data"] };

let configMap: V1ConfigMap | undefined;
let deployment: V1Deployment | undefined;
let gone: readonly string[];
let withItems: readonly string[];
let restarts: number;
let version = 0;

const api: ScopeApi = {
  readConfigMap: async () => configMap,
  async applyConfigMap(body) {
    const known = body.metadata?.resourceVersion;
    if (known !== undefined && known !== configMap?.metadata?.resourceVersion) return "conflict";
    version += 1;
    configMap = { ...body, metadata: { ...body.metadata, resourceVersion: `${version}` } };
    return configMap;
  },
  async deleteConfigMap() {
    configMap = undefined;
    return "gone";
  },
  findNamespace: async (name) =>
    gone.includes(name) ? undefined : { metadata: { name }, status: { phase: "Active" } },
  hasItems: async (namespace) => withItems.includes(namespace),
  readDeployment: async () => deployment,
  async editDeployment(_, [, replace]) {
    deployment = operatorWith(Object(replace).value);
    return deployment;
  },
  async restartDeployment() {
    restarts += 1;
    return deployment;
  },
};

function operatorWith(variable: object): V1Deployment {
  const env = [{ name: "WATCH_NAMESPACE", ...variable }];
  const template = { spec: { containers: [{ name: "operator", env }] } };
  return { spec: { selector: {}, template } };
}

const reading = operatorWith({
  valueFrom: { configMapKeyRef: { name: place.name, key: place.key } },
});

function watched(): string | undefined {
  return configMap?.data?.[place.key];
}

beforeEach(() => {
  configMap = undefined;
  deployment = reading;
  gone = [];
  withItems = [];
  restarts = 0;
});

describe("a change of the namespaces", () => {
  beforeEach(() => claimScope(api, place, was));

  test("has those that were and those that will be watched until the deletions are done", async () => {
    await claimScope(api, place, willBe);
    expect(watched()).toBe("app,data,web");
    await releaseScope(api, place, was);
    expect(watched()).toBe("app,data");
    expect(restarts).toBe(1);
  });

  test("that adds one has nothing to restart at its end", async () => {
    await claimScope(api, place, { ...willBe, namespaces: ["app", "data", "web"] });
    await releaseScope(api, place, was);
    expect(watched()).toBe("app,data,web");
    expect(restarts).toBe(0);
  });

  test("that failed and was taken back leaves what was", async () => {
    await claimScope(api, place, willBe);
    const again = { ...was, generation: "3" };
    await claimScope(api, place, again);
    await Promise.all([releaseScope(api, place, was), releaseScope(api, place, willBe)]);
    expect(watched()).toBe("app,web");
    await releaseScope(api, place, again);
    expect(configMap).toBeUndefined();
  });

  test("to all namespaces, and back, watches all until the deletions are done", async () => {
    const all = { ...was, generation: "2", namespaces: [] };
    await claimScope(api, place, all);
    await releaseScope(api, place, was);
    expect(watched()).toBe("");
    const back = { ...was, generation: "3" };
    await claimScope(api, place, back);
    expect(watched()).toBe("");
    await releaseScope(api, place, all);
    expect(watched()).toBe("app,web");
  });

  test("never has a namespace watched that is gone: no operator would get past its start", async () => {
    gone = ["web"];
    await claimScope(api, place, willBe);
    expect(watched()).toBe("app,data");
  });
});

test("what another resource holds stays when one that wanted the same is taken back", async () => {
  await claimScope(api, place, was);
  const moved = { holder: "moved", generation: "9", namespaces: ["data"] };
  await claimScope(api, place, moved);
  expect(watched()).toBe("app,data,web");
  await releaseScope(api, place, moved);
  expect(watched()).toBe("app,web");
});

test("the last claim takes the ConfigMap along", async () => {
  await claimScope(api, place, was);
  await releaseScope(api, place, was);
  expect(configMap).toBeUndefined();
});

test("an operator that a former release gave a text reads the ConfigMap from now on", async () => {
  deployment = operatorWith({ value: "app,web" });
  await claimScope(api, place, was);
  expect(deployment).toEqual(reading);
});

test("a ConfigMap that opconnect did not write is refused", async () => {
  configMap = { metadata: { labels: {} }, data: { watched: "theirs" } };
  await expect(claimScope(api, place, was)).rejects.toMatchObject({
    code: "CLUSTER_OBJECT_FOREIGN",
  });
  expect(configMap.data).toEqual({ watched: "theirs" });
});

describe("drift", () => {
  beforeEach(() => claimScope(api, place, was));

  test("is not there after a claim", async () => {
    expect(await findScopeDrift(api, place, was)).toEqual([]);
  });

  test("is a ConfigMap that was deleted", async () => {
    configMap = undefined;
    expect(await findScopeDrift(api, place, was)).toEqual(["altered"]);
  });

  test("is a namespace less", async () => {
    configMap = { ...configMap, data: { ...configMap?.data, watched: "app" } };
    expect(await findScopeDrift(api, place, was)).toEqual(["altered"]);
  });

  test("is a text in the operator's Deployment", async () => {
    deployment = operatorWith({ value: "app" });
    expect(await findScopeDrift(api, place, was)).toEqual(["not read by the operator"]);
  });

  test("is a namespace more, unless items there have still to be released", async () => {
    await claimScope(api, place, willBe);
    withItems = ["web"];
    expect(await findScopeDrift(api, place, willBe)).toEqual([]);
    withItems = [];
    expect(await findScopeDrift(api, place, willBe)).toEqual(["unsettled"]);
    await settleScope(api, place);
    expect(watched()).toBe("app,data");
    expect(await findScopeDrift(api, place, willBe)).toEqual([]);
  });
});
