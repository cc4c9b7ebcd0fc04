import type { ResourceValidationArgs, StackValidationArgs } from "@pulumi/policy";
import { describe, expect, test } from "vitest";
import { policyOf } from "./policy-of.ts";
import type { ResourceRule, StackRule } from "./rule.ts";

const text = {
  description: "All is well.",
  looksAt: "all",
  fix: "Mend it.",
  level: "advisory",
} as const;
const resourceRule: ResourceRule = {
  ...text,
  name: "resource-rule",
  checkResource: ({ name }) => [{ says: `${name} is wrong.` }],
};
const stackRule: StackRule = {
  ...text,
  name: "stack-rule",
  checkStack: (resources) => [{ says: `${resources.length} are wrong.` }],
};

/** What a policy reports of a resource of a stack. */
async function reported(rule: ResourceRule | StackRule, stack: string, environments?: object) {
  const found: unknown[] = [];
  const report = (violation: unknown) => void found.push(violation);
  const resource = { type: "x", name: "it", urn: `urn:pulumi:${stack}::project::x::it`, props: {} };
  const getConfig = () => (environments ? { environments } : {});
  const policy = policyOf(rule);
  if ("validateStack" in policy) {
    const args = { resources: [resource], getConfig } as unknown as StackValidationArgs;
    await policy.validateStack(args, report);
  } else {
    const args = { ...resource, getConfig } as unknown as ResourceValidationArgs;
    await [policy.validateResource].flat()[0]?.(args, report);
  }
  return found;
}

describe.each([
  ["a rule about a resource", resourceRule, "it is wrong. Mend it."],
  ["a rule about a stack", stackRule, "1 are wrong. Mend it."],
])("%s", (_, rule, message) => {
  test("says what is wrong and what to do", async () => {
    expect(await reported(rule, "acme-prod")).toEqual([{ message }]);
  });

  test.each([
    [
      "acme-prod",
      { prod: "mandatory", dev: "disabled" },
      [{ message, enforcementLevel: "mandatory" }],
    ],
    ["acme-dev", { prod: "mandatory", dev: "disabled" }, []],
    ["acme-staging", { prod: "mandatory" }, [{ message }]],
    ["sandbox", { sandbox: "disabled" }, []],
    ["acme-prod", { "acme-prod": "disabled", prod: "mandatory" }, []],
  ])("in the stack %s with the levels %o reports %o", async (stack, environments, expected) => {
    expect(await reported(rule, stack, environments)).toEqual(expected);
  });
});

test("a rule about resources of one type is not asked about others", () => {
  const policy = policyOf({ ...resourceRule, ofType: "x" });
  // What the server of `@pulumi/policy` looks for before it reads a resource.
  expect(policy).toHaveProperty("validateResource.__pulumiType", "x");
  expect(policyOf(resourceRule)).not.toHaveProperty("validateResource.__pulumiType");
});
