import type * as pulumi from "@pulumi/pulumi";
import { hasShape, isAllowed, rulesVariables, type Variable } from "./expressions.ts";

/** What a `ValidatingAdmissionPolicy` says of the objects that it is for. */
export interface AdmissionSpec {
  readonly failurePolicy: "Fail";
  readonly matchConstraints: {
    readonly resourceRules: {
      readonly apiGroups: string[];
      readonly apiVersions: string[];
      readonly resources: string[];
      readonly operations: string[];
    }[];
  };
  readonly matchConditions?: Variable[];
  readonly variables?: Variable[];
  readonly validations: {
    readonly expression: string;
    readonly message?: string;
    readonly messageExpression?: string;
  }[];
}

/**
 * What a `OnePasswordItem` may name. What was there before the policy, and is not changed, passes: the
 * operator has to write its status and take off its finalizer.
 */
export function itemAdmission(rules: pulumi.Input<string>): AdmissionSpec {
  return {
    failurePolicy: "Fail",
    matchConstraints: matching("onepassword.com", "onepassworditems", ["CREATE", "UPDATE"]),
    variables: [
      ...rulesVariables(rules),
      {
        name: "parts",
        expression: `has(object.spec) && has(object.spec.itemPath) ? object.spec.itemPath.split("/") : []`,
      },
      { name: "type", expression: typeOf("object") },
      {
        name: "isSame",
        expression: `request.operation == "UPDATE" && has(object.spec) && has(oldObject.spec) && object.spec == oldObject.spec && ${typeOf("object")} == ${typeOf("oldObject")}`,
      },
    ],
    validations: [
      {
        expression: `variables.isSame || (${hasShape("variables.parts")})`,
        message: "spec.itemPath is to be vaults/<vault>/items/<item>.",
      },
      {
        expression: `variables.isSame || !(${hasShape("variables.parts")}) || ${isAllowed({
          parts: "variables.parts",
          name: "object.metadata.name",
          type: "variables.type",
        })}`,
        messageExpression: denied,
      },
    ],
  };
}

/**
 * What the operator's annotations on a Deployment may name. It takes them from the Deployment, or from
 * the pod template where the Deployment has none of its annotations: both are held to the rules.
 */
export function deploymentAdmission(rules: pulumi.Input<string>): AdmissionSpec {
  const parts = `annotations["${itemPathKey}"].split("/")`;
  const name = `annotations["${itemNameKey}"]`;
  return {
    failurePolicy: "Fail",
    matchConstraints: matching("apps", "deployments", ["CREATE", "UPDATE"]),
    variables: [
      ...rulesVariables(rules),
      { name: "asked", expression: annotationsOf("object") },
      {
        name: "askedBefore",
        expression: `request.operation == "UPDATE" ? ${annotationsOf("oldObject")} : []`,
      },
    ],
    validations: [
      {
        expression: `variables.asked.all(annotations, variables.askedBefore.exists(before, ${[
          itemPathKey,
          itemNameKey,
        ]
          .map(
            (key) =>
              `("${key}" in before) == ("${key}" in annotations) && (!("${key}" in before) || before["${key}"] == annotations["${key}"])`,
          )
          .join(" && ")}) || (${[
          `"${itemPathKey}" in annotations`,
          `"${itemNameKey}" in annotations`,
          // The operator makes a name of any text: what is none already could become another one.
          `${name}.matches("^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$")`,
          `(${hasShape(parts)})`,
          isAllowed({ parts, name, type: `"Opaque"` }),
        ].join(" && ")}))`,
        messageExpression: denied,
      },
    ],
  };
}

/**
 * What the operator may write: a Secret that is new, or that it has made. It takes over any Secret of
 * an item's name otherwise, and deletes it with the item, and a policy on items does not see Secrets.
 * @param isOperator Whether it is the operator who asks, see {@link requestedBy}.
 * @see https://github.com/1Password/onepassword-operator/blob/v1.12.0/pkg/kubernetessecrets/kubernetes_secrets_builder.go
 */
export function operatorAdmission(isOperator: pulumi.Input<string>): AdmissionSpec {
  return {
    failurePolicy: "Fail",
    matchConstraints: matching("", "secrets", ["UPDATE", "DELETE"]),
    matchConditions: [{ name: "operator", expression: isOperator }],
    validations: [
      {
        expression: `has(oldObject.metadata.annotations) && "${itemPathKey}" in oldObject.metadata.annotations`,
        message: `The Secret is none that the operator has made: it has no annotation ${itemPathKey}.`,
      },
    ],
  };
}

/** Whether a service account asks. */
export function requestedBy(account: {
  readonly namespace: string;
  readonly serviceAccount: string;
}): string {
  const user = `system:serviceaccount:${account.namespace}:${account.serviceAccount}`;
  return `request.userInfo.username == ${JSON.stringify(user)}`;
}

const itemPathKey = "operator.1password.io/item-path";
const itemNameKey = "operator.1password.io/item-name";

const denied =
  '"No rule of the ItemAccessPolicy allows this vault, item, name and type of Secret in the namespace " + request.namespace + "."';

function matching(apiGroup: string, resource: string, operations: string[]) {
  return {
    resourceRules: [
      { apiGroups: [apiGroup], apiVersions: ["*"], resources: [resource], operations },
    ],
  };
}

function typeOf(object: string): string {
  return `(has(${object}.type) && ${object}.type != "" ? ${object}.type : "Opaque")`;
}

/** The annotations of a Deployment and of its pods, where they name an item or a Secret. */
function annotationsOf(deployment: string): string {
  const [own, pods] = [deployment, `${deployment}.spec.template`].map(
    (holder) =>
      `(has(${holder}.metadata) && has(${holder}.metadata.annotations) ? ${holder}.metadata.annotations : {})`,
  );
  return `[${own}, ${pods}].filter(annotations, "${itemPathKey}" in annotations || "${itemNameKey}" in annotations)`;
}
