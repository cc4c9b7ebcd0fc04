import type { ResourceValidationPolicy, StackValidationPolicy } from "@pulumi/policy";
import { rules } from "./policies/rules.ts";
import { policyOf } from "./rule/policy-of.ts";

/** The rules as policies, for a policy pack of your own. */
export const policies: readonly (ResourceValidationPolicy | StackValidationPolicy)[] =
  rules.map(policyOf);
