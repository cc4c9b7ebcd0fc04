import { operatorRights } from "@opconnect/core/operator-rights";
import * as pulumi from "@pulumi/pulumi";
import { expect, test } from "vitest";
import { recordResources } from "../../../fixtures/recorder.ts";
import { ConnectDeployment, type ConnectDeploymentArgs } from "../connect-deployment.ts";
import { cutRights } from "./rights.ts";

const role = "acme-prod-onepassword-operator";
const home = "acme-prod-1password";
const stored = { secretId: "secret", fingerprint: "f" };
const chartRules = [{ apiGroups: [""], resources: ["pods", "secrets"], verbs: ["create"] }];

/** The Roles and RoleBindings that are made where the operator watches something, by namespace. */
async function made(
  watchNamespaces: NonNullable<ConnectDeploymentArgs["operator"]>["watchNamespaces"],
  args: Partial<ConnectDeploymentArgs> = {},
) {
  const acme = { client: "acme", environment: "prod" };
  const given = { ...acme, credentials: stored, operatorToken: stored, ...args };
  const resources = await recordResources(() => {
    new ConnectDeployment("acme-prod", { ...given, operator: { watchNamespaces } });
  });
  const rbac = resources.filter(({ type }) => type.includes(":rbac."));
  const placed = rbac.map(({ type, name, inputs }) => {
    const { namespace = "cluster" } = Object(inputs.metadata);
    return { kind: type.split(":").at(-1), name, namespace, inputs };
  });
  return placed.sort((one, other) => (one.namespace < other.namespace ? -1 : 1));
}

test("the operator has a Role and its binding in each namespace that is listed, and nothing in the cluster", async () => {
  const rights = await made(["web", "2024", "web"]);
  expect(rights.map(({ kind, namespace, name }) => `${kind} ${namespace} ${name}`)).toEqual([
    "Role 2024 acme-prod-rights-2024",
    "RoleBinding 2024 acme-prod-rights-2024",
    "Role web acme-prod-rights-web",
    "RoleBinding web acme-prod-rights-web",
  ]);
  const [ofRole, ofBinding] = rights;
  expect(ofRole?.inputs).toMatchObject({
    metadata: { name: role, namespace: "2024" },
    rules: operatorRights("1.12.0", "list"),
  });
  expect(ofBinding?.inputs).toMatchObject({
    metadata: { name: role },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: role },
    subjects: [{ kind: "ServiceAccount", name: role, namespace: home }],
  });
});

test("of the whole cluster, the chart makes the rights", async () => {
  expect(await made("all")).toEqual([]);
  expect(await made(pulumi.output("all" as const))).toEqual([]);
});

test("namespaces that come with other things of the program have their rights too, each once", async () => {
  for (const watched of [
    ["app", pulumi.output("web"), pulumi.output("app")],
    pulumi.output(["web", "app"]),
  ]) {
    const namespaces = (await made(watched)).map(({ namespace }) => namespace);
    expect(namespaces).toEqual(["app", "app", "web", "web"]);
  }
});

test("a preview that does not know one of them shows the rights in those that it knows", async () => {
  const unknown = pulumi.output<string>(Object(pulumi.unknown));
  const rights = await made(["app", unknown]);
  expect(rights.map(({ namespace }) => namespace)).toEqual(["app", "app"]);
});

test("an operator of another version than the chart's has the rights of that version", async () => {
  const rulesOf = async (args: Partial<ConnectDeploymentArgs>) =>
    (await made(["app"], args)).find(({ kind }) => kind === "Role")?.inputs.rules;
  const older = { chart: { version: "2.1.1" } };
  expect(await rulesOf(older)).toEqual(operatorRights("1.9.1", "list"));
  const values = { operator: { version: "1.12.0" } };
  expect(await rulesOf({ ...older, values })).toEqual(operatorRights("1.12.0", "list"));
});

test("the ClusterRole of a whole cluster is cut, one of another name and what is none stay as they are", async () => {
  const rules = (kind: string, name: string) => {
    const type = `kubernetes:rbac.authorization.k8s.io/v1:${kind}`;
    const props = { metadata: { name }, rules: chartRules };
    const args = { type, name, custom: true, props, opts: {} };
    return Object(cutRights(role, "1.12.0")(args))?.props?.rules;
  };
  expect(rules("ClusterRole", role)).toEqual(operatorRights("1.12.0", "all"));
  expect(rules("ClusterRole", "view-secrets")).toBeUndefined();
  expect(rules("Role", role)).toBeUndefined();
});
