import { recordAt, recordsIn } from "../../rule/known.ts";
import { findingIf, type RuleResource, type StackRule, textOf } from "../../rule/rule.ts";
import { containersOf, imageOf, isOperatorImage } from "./pods.ts";

/** Without one, whoever may write a `OnePasswordItem` anywhere pulls any item the token covers. */
export const accessPolicyPresent: StackRule = {
  name: "access-policy-present",
  description: "With an operator comes a policy of which namespace may pull which item.",
  looksAt:
    "stacks with an operator: a ValidatingAdmissionPolicy about `onepassworditems` whose binding denies",
  fix: "Take `itemAccess: false` off the environment, make an `ItemAccessPolicy`, or a ValidatingAdmissionPolicy about `onepassworditems` of `onepassword.com`, and a binding with the action `Deny`.",
  level: "advisory",
  checkStack(resources) {
    const operator = resources.find((resource) =>
      containersOf(resource).some((container) => isOperatorImage(imageOf(container) ?? "")),
    );
    if (operator === undefined) return [];
    const policies = resources.filter(isAboutItems).map(({ props }) => recordAt(props, "metadata"));
    const names = new Set(policies.map(({ name }) => name));
    const isHeld = resources.some((resource) => denies(resource, names));
    return findingIf(
      !isHeld,
      "Every namespace may pull every item that the operator's token covers.",
    ).map((finding) => ({ ...finding, urn: operator.urn }));
  },
};

function isAboutItems({ type, props }: RuleResource): boolean {
  if (!/:ValidatingAdmissionPolicy(Patch)?$/.test(type)) return false;
  const rules = recordsIn(recordAt(props, "spec", "matchConstraints").resourceRules);
  return rules.some(({ resources }) => {
    return (
      Array.isArray(resources) &&
      resources.some((name) => name === "onepassworditems" || name === "*")
    );
  });
}

function denies({ type, props }: RuleResource, policies: ReadonlySet<unknown>): boolean {
  if (!/:ValidatingAdmissionPolicyBinding(Patch)?$/.test(type)) return false;
  const { policyName, validationActions } = recordAt(props, "spec");
  const isOurs = policies.has(policyName) && (textOf(policyName) ?? "") !== "";
  return isOurs && Array.isArray(validationActions) && validationActions.includes("Deny");
}
