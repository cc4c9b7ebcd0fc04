import { expect, test } from "vitest";
import { findingsOf } from "../../../fixtures/findings-of.ts";
import { accessPolicyPresent as rule } from "./access-policy-present.ts";

const operator = {
  type: "kubernetes:apps/v1:Deployment",
  props: {
    spec: {
      template: { spec: { containers: [{ image: "1password/onepassword-operator:1.10.1" }] } },
    },
  },
};
const admission = "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicy";
const policy = (resource: string) => ({
  type: admission,
  props: {
    metadata: { name: "items" },
    spec: { matchConstraints: { resourceRules: [{ resources: [resource] }] } },
  },
});
const binding = (action: string) => ({
  type: `${admission}Binding`,
  props: { spec: { policyName: "items", validationActions: [action] } },
});

test("an operator with a policy that denies passes, and so does a stack without an operator", () => {
  expect(findingsOf(rule, [operator, policy("onepassworditems"), binding("Deny")])).toEqual([]);
  expect(findingsOf(rule, [])).toEqual([]);
});

test.each([
  ["no policy", []],
  ["a policy without a binding", [policy("onepassworditems")]],
  ["a binding that only warns", [policy("onepassworditems"), binding("Warn")]],
  ["a policy about something else", [policy("pods"), binding("Deny")]],
])("an operator with %s is found", (_, others) => {
  expect(findingsOf(rule, [operator, ...others])).toEqual([
    "Every namespace may pull every item that the operator's token covers.",
  ]);
});
