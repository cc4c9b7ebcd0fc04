import { output } from "@pulumi/pulumi";
import { expect, test } from "vitest";
import { recordResources } from "../../fixtures/recorder.ts";
import { checkArgs } from "../input/check-args.ts";
import {
  ItemAccessPolicy,
  type ItemAccessPolicyArgs,
  policyArgsSchema,
} from "./item-access-policy.ts";

const operator = { namespace: "acme-prod-1password", serviceAccount: "operator" };
const vault = "abcdefghijklmnopqrstuvwxyz";
const rule = { namespaces: ["app"], vaults: [vault] };
const args: ItemAccessPolicyArgs = { operator, namespaces: ["app"], rules: [rule] };

/** Inputs of what was made, by kind and name in the cluster. */
async function made(given: ItemAccessPolicyArgs) {
  const resources = await recordResources(() => {
    new ItemAccessPolicy("acme-prod", given);
  });
  return Object.fromEntries(
    resources
      .filter(({ type }) => type.includes(":ValidatingAdmissionPolicy"))
      .map(({ type, inputs }) => [`${type.split(":").at(-1)} ${inputs.metadata.name}`, inputs]),
  );
}

const kind = "ValidatingAdmissionPolicy";

test("items, annotations and the operator's writes are each held to a policy that denies", async () => {
  const objects = await made(args);
  for (const of of ["items", "deployments", "operator"]) {
    const name = `acme-prod-${of}`;
    expect(objects[`${kind} ${name}`].spec.failurePolicy).toBe("Fail");
    const { spec } = objects[`${kind}Binding ${name}`];
    expect(spec).toMatchObject({ policyName: name, validationActions: ["Deny"] });
  }
  expect(Object.keys(objects)).toHaveLength(6);
});

test("they hold in the namespaces that are named, by the label that nobody can change", async () => {
  const objects = await made(args);
  const { matchResources } = objects[`${kind}Binding acme-prod-items`].spec;
  expect(matchResources.namespaceSelector.matchExpressions).toEqual([
    { key: "kubernetes.io/metadata.name", operator: "In", values: ["app"] },
  ]);
  expect(objects[`${kind}Binding acme-prod-operator`].spec.matchResources).toBeUndefined();
  const all = await made({ ...args, namespaces: "all" });
  expect(all[`${kind}Binding acme-prod-items`].spec.matchResources).toBeUndefined();
});

test("a rule allows all items and names and the type Opaque, unless it says more", async () => {
  const both = { ...rule, items: ["postgres", "app-*"], secretNames: ["db-*"] };
  const objects = await made({ ...args, rules: [rule, both] });
  const { variables } = objects[`${kind} acme-prod-items`].spec;
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

test("vaults and namespaces may be outputs", async () => {
  const namespaces = output(["app"]);
  const objects = await made({
    ...{ operator: { ...operator, namespace: output(operator.namespace) }, namespaces },
    rules: [{ namespaces, vaults: [output(vault)] }],
  });
  expect(objects[`${kind} acme-prod-items`].spec.variables[0].expression).toContain(vault);
  expect(objects[`${kind} acme-prod-operator`].spec.matchConditions[0].expression).toBe(
    'request.userInfo.username == "system:serviceaccount:acme-prod-1password:operator"',
  );
});

test("what only audits warns too", async () => {
  const objects = await made({ ...args, enforcement: "audit" });
  const { validationActions } = objects[`${kind}Binding acme-prod-deployments`].spec;
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
  ["another enforcement", { enforcement: "warn" }, "enforcement"],
  ["an operator without an account", { operator: { namespace: "x" } }, "operator.serviceAccount"],
  ["a name that is none", { name: "Acme" }, "name"],
])("%s is refused, and the field named", (_, change, field) => {
  expect(() => checkArgs(policyArgsSchema, { ...args, ...change })).toThrow(field);
});
