import { output } from "@pulumi/pulumi";
import { expect, test } from "vitest";
import { recordResources } from "../../fixtures/recorder.ts";
import { checkArgs } from "../input/check-args.ts";
import { ClusterTarget } from "../resources/cluster-target.ts";
import {
  ItemAccessPolicy,
  type ItemAccessPolicyArgs,
  policyArgsSchema,
} from "./item-access-policy.ts";

const operator = { namespace: "acme-prod-1password", serviceAccount: "operator" };
const vault = "abcdefghijklmnopqrstuvwxyz";
const rule = { namespaces: ["app"], vaults: [vault] };
const args: ItemAccessPolicyArgs = { operator, namespaces: ["app"], rules: [rule] };

/** What of a policy or a binding is looked at. */
interface Spec {
  readonly failurePolicy?: string;
  readonly policyName?: string;
  readonly validationActions?: readonly string[];
  readonly matchResources?: { readonly namespaceSelector: object };
  readonly variables: readonly [{ readonly expression: string }];
  readonly matchConditions: readonly [{ readonly expression: string }];
}

/** Finds what was made by its kind and its name in the cluster. */
async function made(given: ItemAccessPolicyArgs): Promise<(name: string) => Spec> {
  const resources = await recordResources(() => {
    new ItemAccessPolicy("acme-prod", given);
  });
  const objects = resources.map(({ type, inputs }) => {
    const { metadata, spec } = inputs as { metadata?: { name: string }; spec: Spec };
    return { name: `${type.split(":").at(-1)} ${metadata?.name}`, spec };
  });
  expect(objects.filter(({ name }) => name.startsWith(kind))).toHaveLength(8);
  return (name) => {
    const found = objects.find((object) => object.name === name);
    if (found === undefined) throw new Error(`There is no ${name}.`);
    return found.spec;
  };
}

const kind = "ValidatingAdmissionPolicy";

test("items, annotations of both kinds and the operator's writes are each held to a policy that denies", async () => {
  const specOf = await made(args);
  for (const of of ["items", "deployments", "secrets", "operator"]) {
    const name = `acme-prod-${of}`;
    expect(specOf(`${kind} ${name}`).failurePolicy).toBe("Fail");
    expect(specOf(`${kind}Binding ${name}`)).toMatchObject({
      policyName: name,
      validationActions: ["Deny"],
    });
  }
});

test("they hold in the namespaces that are named, by the label that nobody can change", async () => {
  const specOf = await made(args);
  const { matchResources } = specOf(`${kind}Binding acme-prod-items`);
  expect(matchResources?.namespaceSelector).toEqual({
    matchExpressions: [{ key: "kubernetes.io/metadata.name", operator: "In", values: ["app"] }],
  });
  expect(specOf(`${kind}Binding acme-prod-operator`).matchResources).toBeUndefined();
  const all = await made({ ...args, namespaces: "all" });
  expect(all(`${kind}Binding acme-prod-items`).matchResources).toBeUndefined();
});

test("a rule allows all items and names and the type Opaque, unless it says more", async () => {
  const both = { ...rule, items: ["postgres", "app-*"], secretNames: ["db-*"] };
  const specOf = await made({ ...args, rules: [rule, both] });
  const { variables } = specOf(`${kind} acme-prod-items`);
  expect(JSON.parse(variables[0].expression)).toEqual({
    app: [
      {
        ...{ vaults: [vault], items: ["*"], itemStarts: [], names: ["*"], nameStarts: [] },
        types: ["Opaque"],
      },
      {
        ...{ vaults: [vault], items: ["postgres"], itemStarts: ["app-"], names: [] },
        ...{ nameStarts: ["db-"], types: ["Opaque"] },
      },
    ],
  });
});

test("a namespace may have any name that there is", async () => {
  const specOf = await made({ ...args, rules: [{ ...rule, namespaces: ["constructor"] }] });
  const [{ expression }] = specOf(`${kind} acme-prod-items`).variables;
  expect(Object.keys(JSON.parse(expression))).toEqual(["constructor"]);
});

test("vaults and namespaces may be outputs", async () => {
  const namespaces = output(["app"]);
  const specOf = await made({
    ...{ operator: { ...operator, namespace: output(operator.namespace) }, namespaces },
    rules: [{ namespaces, vaults: [output(vault)] }],
  });
  expect(specOf(`${kind} acme-prod-items`).variables[0].expression).toContain(vault);
  expect(specOf(`${kind} acme-prod-operator`).matchConditions[0].expression).toBe(
    'request.userInfo.username == "system:serviceaccount:acme-prod-1password:operator"',
  );
});

test("what only audits warns too", async () => {
  const specOf = await made({ ...args, enforcement: "audit" });
  const { validationActions } = specOf(`${kind}Binding acme-prod-deployments`);
  expect(validationActions).toEqual(["Warn", "Audit"]);
});

test.each<[string, object, string]>([
  ["a `*` in the middle", { rules: [{ ...rule, items: ["a*b"] }] }, "rules[0].items[0]"],
  ["a vault with a slash", { rules: [{ ...rule, vaults: ["a/b"] }] }, "rules[0].vaults[0]"],
  ["a rule of no vaults", { rules: [{ namespaces: ["app"] }] }, "rules[0].vaults"],
  ["a field that there is none", { rules: [{ ...rule, vault }] }, "rules[0].vault"],
  ["a type that is none", { rules: [{ ...rule, secretTypes: ["opaque"] }] }, "secretTypes[0]"],
  ["a word for all namespaces", { namespaces: "All" }, "namespaces"],
  ["no namespaces", { namespaces: undefined }, "namespaces"],
  ["an empty list of namespaces", { namespaces: [] }, "`namespaces` is empty"],
  ["another enforcement", { enforcement: "warn" }, "enforcement"],
  ["an operator without an account", { operator: { namespace: "x" } }, "operator.serviceAccount"],
  ["a name that is none", { name: "Acme" }, "name"],
])("%s is refused, and the field named", (_, change, field) => {
  expect(() => checkArgs(policyArgsSchema, { ...args, ...change })).toThrow(field);
});

test("the policies of an environment go to its cluster, not to the ambient one", async () => {
  const access = { kubeconfig: "~/.kube/clients", context: "prod" };
  const resources = await recordResources(() => {
    const cluster = new ClusterTarget("target", access);
    new ItemAccessPolicy("acme-prod", { ...args, cluster });
  });
  const provider = resources.find(({ type }) => type === "pulumi:providers:kubernetes");
  expect(provider?.inputs).toMatchObject(access);
});
