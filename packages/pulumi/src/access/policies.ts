import * as pulumi from "@pulumi/pulumi";
import type { OperatorAccount } from "../components/connect-deployment.ts";
import type { Plain } from "../input/deferred.ts";
import {
  type AdmissionSpec,
  deploymentAdmission,
  itemAdmission,
  operatorAdmission,
  requestedBy,
  secretAdmission,
} from "./admission.ts";
import { rulesExpression } from "./expressions.ts";
import type { ReviewedRule } from "./review.ts";

/** What access to items is limited by. */
export interface LimitedAccess {
  readonly operator: Plain<OperatorAccount>;
  readonly namespaces: pulumi.Input<readonly pulumi.Input<string>[] | "all">;
  readonly rules: readonly ReviewedRule[];
  readonly enforcement?: "deny" | "audit" | undefined;
}

/** A ValidatingAdmissionPolicy and its binding. */
interface AccessPolicy {
  readonly kind: "items" | "deployments" | "secrets" | "operator";
  readonly spec: AdmissionSpec;
  /** What the binding says besides the policy's name. */
  readonly binding: {
    readonly validationActions: string[];
    readonly matchResources?: pulumi.Output<NamespaceMatch | undefined>;
  };
}

type NamespaceMatch = ReturnType<typeof onlyIn>;

/** The policies by which access is limited, each with its binding. */
export function accessPolicies({
  operator,
  namespaces,
  rules,
  enforcement = "deny",
}: LimitedAccess): readonly AccessPolicy[] {
  const validationActions = enforcement === "deny" ? ["Deny"] : ["Warn", "Audit"];
  const there = { validationActions, matchResources: pulumi.output(namespaces).apply(onlyIn) };
  const expression = pulumi.output(rules).apply(rulesExpression);
  const isOperator = pulumi.output(operator).apply(requestedBy);
  return [
    { kind: "items", spec: itemAdmission(expression), binding: there },
    { kind: "deployments", spec: deploymentAdmission(expression), binding: there },
    { kind: "secrets", spec: secretAdmission(expression, isOperator), binding: there },
    // In whatever namespace it writes.
    { kind: "operator", spec: operatorAdmission(isOperator), binding: { validationActions } },
  ];
}

/** By a label that the API server itself keeps equal to the name: nobody can change it. */
function onlyIn(namespaces: readonly string[] | "all") {
  if (namespaces === "all") return undefined;
  const key = "kubernetes.io/metadata.name";
  const selected = { key, operator: "In", values: [...namespaces] };
  return { namespaceSelector: { matchExpressions: [selected] } };
}
