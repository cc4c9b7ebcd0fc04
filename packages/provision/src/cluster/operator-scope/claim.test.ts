import { beforeEach, describe, expect, test } from "vitest";
import type { V1ConfigMap, V1Container, V1Deployment, V1ObjectMeta } from "../kubernetes-client.ts";
import { claimScope, releaseScope, settleScope, watchScope } from "./claim.ts";
import type { ScopeApi } from "./config-map.ts";
import { observeScope } from "./drift.ts";

const place = {
  namespace: "acme-prod-1password",
  name: "acme-prod-watched-namespaces",
  deployment: "acme-prod-connect-operator",
};
const rights = { role: "acme-prod-operator", roleBinding: "acme-prod-operator-binding" };
const was = { holder: "own", generation: "1", namespaces: ["app", "web"] };
const willBe = { holder: "own", generation: "2", namespaces: ["app", "data"] };

let configMap: V1ConfigMap | undefined;
let deployment: V1Deployment | undefined;
let hidden: boolean;
let gone: readonly string[];
let withItems: readonly string[];
let forbidden: readonly string[];
let hasRole: boolean | "hidden";
let bound: boolean | "hidden";
let rollouts: number;
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
  findNamespace: async (name) => {
    if (hidden) return "hidden";
    return gone.includes(name) ? undefined : { metadata: { name }, status: { phase: "Active" } };
  },
  listItems: async (namespace) => (withItems.includes(namespace ?? "") ? [{}] : []),
  isAllowedTo: async (_, { namespace = "" }) => !forbidden.includes(namespace),
  hasRole: async () => hasRole,
  hasRoleBinding: async () => bound,
  readDeployment: async () => deployment,
  async patchDeployment(_, body) {
    const { template } = Object(body).spec;
    const { envFrom } = template.spec.containers[0];
    const made = operatorWith({ env: [], envFrom, annotations: template.metadata.annotations });
    if (JSON.stringify(made) !== JSON.stringify(deployment)) rollouts += 1;
    deployment = made;
    return deployment;
  },
};

function operatorWith({ annotations, ...container }: Operator): V1Deployment {
  const spec = { containers: [{ name: "operator", ...container }] };
  return { spec: { selector: {}, template: { metadata: { annotations }, spec } } };
}

type Operator = Pick<V1Container, "env" | "envFrom"> & Required<Pick<V1ObjectMeta, "annotations">>;

const reading = { env: [], envFrom: [{ configMapRef: { name: place.name } }], annotations: {} };

function watched(): string | undefined {
  return configMap?.data?.WATCH_NAMESPACE;
}

const drift = async (claim: typeof was) => (await observeScope(api, place, claim, rights)).drift;

beforeEach(() => {
  hidden = false;
  configMap = undefined;
  deployment = operatorWith(reading);
  gone = [];
  withItems = [];
  forbidden = [];
  hasRole = true;
  bound = true;
  rollouts = 0;
});

test("what it may not look at yet is watched from the same claim on that is made once it may", async () => {
  await claimScope(api, place, was);
  forbidden = ["data"];
  await claimScope(api, place, willBe);
  expect(watched()).toBe("app,web");
  forbidden = [];
  await watchScope(api, place, willBe);
  expect(watched()).toBe("app,data,web");
  await releaseScope(api, place, was);
  expect(watched()).toBe("app,data");
});

describe("a change of the namespaces", () => {
  beforeEach(() => claimScope(api, place, was));

  test("has those that were and those that will be watched until the deletions are done", async () => {
    await claimScope(api, place, willBe);
    expect(watched()).toBe("app,data,web");
    await releaseScope(api, place, was);
    expect(watched()).toBe("app,data");
    expect(rollouts).toBe(3);
  });

  test("that adds one has nothing to make anew at its end", async () => {
    await claimScope(api, place, { ...willBe, namespaces: ["app", "data", "web"] });
    await releaseScope(api, place, was);
    expect(watched()).toBe("app,data,web");
    expect(rollouts).toBe(2);
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

describe("what the operator may not look at yet", () => {
  beforeEach(async () => {
    await claimScope(api, place, was);
    forbidden = ["data", ""];
  });

  test("is watched at the end of a change only, which leaves the operator as it is if it fails", async () => {
    rollouts = 0;
    await claimScope(api, place, willBe);
    expect(watched()).toBe("app,web");
    expect(rollouts).toBe(0);
    forbidden = [];
    await releaseScope(api, place, was);
    expect(watched()).toBe("app,data");
  });

  test("is left out even then, and shows until there is an end with the right", async () => {
    await claimScope(api, place, willBe);
    await releaseScope(api, place, was, 0);
    expect(watched()).toBe("app");
    expect(await drift(willBe)).toEqual(["postponed"]);
    bound = false;
    const lost = [{ kind: "RoleBinding", namespace: "data", name: rights.roleBinding }];
    expect(await observeScope(api, place, willBe, rights)).toMatchObject({ lost, forbidden: [] });
    const again = { ...willBe, generation: "3" };
    await claimScope(api, place, again);
    forbidden = [];
    await releaseScope(api, place, willBe);
    expect(watched()).toBe("app,data");
    expect(await drift(again)).toEqual([]);
  });

  test("may be all namespaces", async () => {
    await claimScope(api, place, { ...willBe, namespaces: [] });
    await releaseScope(api, place, was, 0);
    expect(watched()).toBe("app,web");
    expect(await drift({ ...willBe, namespaces: [] })).toEqual(["postponed"]);
  });

  test("is said of what it watches, or its Role or RoleBinding there is lost", async () => {
    forbidden = ["web"];
    expect(await observeScope(api, place, was, rights)).toMatchObject({
      lost: [],
      forbidden: ["web"],
    });
    bound = false;
    const binding = { kind: "RoleBinding", namespace: "web", name: rights.roleBinding };
    expect(await observeScope(api, place, was, rights)).toMatchObject({
      lost: [binding],
      forbidden: [],
    });
    hasRole = false;
    const role = { kind: "Role", namespace: "web", name: rights.role };
    expect(await observeScope(api, place, was, rights)).toMatchObject({
      lost: [role, binding],
      forbidden: [],
    });
    hasRole = true;
    bound = "hidden";
    expect(await observeScope(api, place, was, rights)).toMatchObject({
      lost: [],
      forbidden: ["web"],
    });
  });

  test("is what it watches from its start, where there is no operator yet", async () => {
    deployment = undefined;
    await claimScope(api, place, willBe);
    expect(watched()).toBe("app,data,web");
  });
});

test("a claim under another name leaves what is watched, be it forbidden for a while", async () => {
  await claimScope(api, place, was);
  forbidden = ["web"];
  await claimScope(api, place, { ...was, holder: "moved" }, was.holder);
  expect(watched()).toBe("app,web");
  forbidden = [];
  expect(await drift({ ...was, holder: "moved" })).toEqual([]);
  await releaseScope(api, place, { ...was, holder: "moved" });
  expect(configMap).toBeUndefined();
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

const text = [{ name: "WATCH_NAMESPACE", value: "app" }];

test("an operator that a former release gave a text reads the ConfigMap from now on", async () => {
  deployment = operatorWith({ env: text, annotations: {} });
  await claimScope(api, place, was);
  const annotations = { "opconnect/watched-namespaces": "app,web" };
  expect(deployment).toEqual(operatorWith({ ...reading, annotations }));
});

test("an operator that a crash left with what it watched before is made anew by the next claim", async () => {
  await claimScope(api, place, was);
  const before = deployment;
  await claimScope(api, place, willBe);
  deployment = before;
  expect(await drift(willBe)).toContain("not read by the operator");
  await claimScope(api, place, willBe);
  expect(await drift(willBe)).not.toContain("not read by the operator");
});

test("where the operator's Deployment is gone, a claim is made and taken back all the same", async () => {
  await claimScope(api, place, was);
  deployment = undefined;
  await claimScope(api, place, willBe);
  await releaseScope(api, place, was);
  expect(await observeScope(api, place, willBe, rights)).toEqual({
    drift: [],
    lost: [{ kind: "Deployment", namespace: place.namespace, name: place.deployment }],
    forbidden: [],
  });
});

test("RoleBindings that are gone together with the operator's Deployment are lost too", async () => {
  await claimScope(api, place, was);
  deployment = undefined;
  bound = false;
  const bindings = ["app", "web"].map((namespace) => ({
    kind: "RoleBinding",
    namespace,
    name: rights.roleBinding,
  }));
  const operator = { kind: "Deployment", namespace: place.namespace, name: place.deployment };
  const lost = [operator, ...bindings];
  expect(await observeScope(api, place, was, rights)).toMatchObject({ lost, forbidden: [] });
  bound = "hidden";
  expect(await observeScope(api, place, was, rights)).toMatchObject({
    lost: [operator],
    forbidden: [],
  });
});

test("a namespace that a user may not look at is taken to be there", async () => {
  hidden = true;
  await claimScope(api, place, was);
  await claimScope(api, place, willBe);
  expect(watched()).toBe("app,data,web");
});

test("a ConfigMap that opconnect did not write is refused", async () => {
  configMap = { metadata: { labels: {} }, data: { WATCH_NAMESPACE: "theirs" } };
  await expect(claimScope(api, place, was)).rejects.toMatchObject({
    code: "CLUSTER_OBJECT_FOREIGN",
  });
  expect(configMap.data).toEqual({ WATCH_NAMESPACE: "theirs" });
});

describe("drift", () => {
  beforeEach(() => claimScope(api, place, was));

  test("is not there after a claim", async () => {
    expect(await drift(was)).toEqual([]);
  });

  test("is a ConfigMap that was deleted", async () => {
    configMap = undefined;
    expect(await drift(was)).toEqual(["altered", "not read by the operator"]);
  });

  test("is a namespace less", async () => {
    configMap = { ...configMap, data: { WATCH_NAMESPACE: "app" } };
    expect(await drift(was)).toEqual(["altered", "not read by the operator"]);
  });

  test("is a text in the operator's Deployment", async () => {
    deployment = operatorWith({ ...reading, env: text });
    expect(await drift(was)).toEqual(["not read by the operator"]);
  });

  test("is a namespace more, unless items there have still to be released", async () => {
    await claimScope(api, place, willBe);
    withItems = ["web"];
    expect(await drift(willBe)).toEqual([]);
    withItems = [];
    expect(await drift(willBe)).toEqual(["unsettled"]);
    await settleScope(api, place);
    expect(watched()).toBe("app,data");
    expect(await drift(willBe)).toEqual([]);
  });
});
