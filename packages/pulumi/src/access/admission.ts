import * as pulumi from "@pulumi/pulumi";
import { hasShape, isAllowed, rulesVariables, type Variable, whyNot } from "./expressions.ts";

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
 * operator has to write its status and take off its finalizer. It writes an empty `spec` where there
 * was none.
 */
export function itemAdmission(rules: pulumi.Input<string>): AdmissionSpec {
  return {
    failurePolicy: "Fail",
    matchConstraints: matching("onepassword.com", ["onepassworditems"], ["CREATE", "UPDATE"]),
    variables: [
      ...rulesVariables(rules),
      { name: "parts", expression: `${pathOf("object")}.split("/")` },
      { name: "type", expression: typeOf("object") },
      {
        name: "isSame",
        expression: `request.operation == "UPDATE" && ${pathOf("object")} == ${pathOf("oldObject")} && ${typeOf("object")} == ${typeOf("oldObject")}`,
      },
    ],
    validations: askedByObject("spec.itemPath"),
  };
}

/**
 * What an annotation of a Secret may name. The operator asks for the item of any Secret that has its
 * annotations, whoever wrote them, and writes it there. Its own are by ids, which no rule needs to
 * allow, and what it has written stays as it is when somebody else changes the Secret.
 * @param isOperator Whether it is the operator who asks, see {@link requestedBy}.
 * @see https://github.com/1Password/onepassword-operator/blob/v1.12.0/pkg/onepassword/secret_update_handler.go
 */
export function secretAdmission(
  rules: pulumi.Input<string>,
  isOperator: pulumi.Input<string>,
): AdmissionSpec {
  const asks = `has(object.metadata.annotations) && "${itemPathKey}" in object.metadata.annotations && object.metadata.annotations["${itemPathKey}"] != ""`;
  return {
    failurePolicy: "Fail",
    matchConstraints: matching("", ["secrets"], ["CREATE", "UPDATE"]),
    matchConditions: [
      { name: "asks", expression: asks },
      { name: "others", expression: pulumi.interpolate`!(${isOperator})` },
    ],
    variables: [
      ...rulesVariables(rules),
      { name: "path", expression: `object.metadata.annotations["${itemPathKey}"]` },
      { name: "parts", expression: `variables.path.split("/")` },
      { name: "type", expression: typeOf("object") },
      {
        name: "isSame",
        expression: `request.operation == "UPDATE" && has(oldObject.metadata.annotations) && "${itemPathKey}" in oldObject.metadata.annotations && oldObject.metadata.annotations["${itemPathKey}"] == variables.path`,
      },
    ],
    validations: askedByObject(`The annotation ${itemPathKey}`),
  };
}

/** What the variables `parts`, `type` and `isSame` say of an object that is named as its Secret. */
function askedByObject(holder: string): AdmissionSpec["validations"] {
  const asked = {
    ...{ parts: "variables.parts", name: "object.metadata.name", type: "variables.type" },
  };
  return [
    {
      expression: `variables.isSame || (${hasShape(asked.parts)})`,
      message: `${holder} is to be vaults/<vault>/items/<item>.`,
    },
    {
      expression: `variables.isSame || !(${hasShape(asked.parts)}) || ${isAllowed(asked)}`,
      messageExpression: denied(whyNot(asked)),
    },
  ];
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
    // The status brings annotations along, unlike the scale.
    matchConstraints: matching("apps", ["deployments", "deployments/status"], ["CREATE", "UPDATE"]),
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
        messageExpression: denied(
          `"Its annotations ${itemPathKey}, vaults/<vault>/items/<item>, and ${itemNameKey}, of small letters, have to name together what one allows."`,
        ),
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
    matchConstraints: matching("", ["secrets"], ["UPDATE", "DELETE"]),
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

/**
 * What whoever is denied reads.
 * @param why Expression of a text, without line breaks: the API server takes none.
 */
function denied(why: string): string {
  const ways =
    "A rule goes into itemAccess.rules of the environment, or rules of the ItemAccessPolicy, that made this policy.";
  return `"No rule of the ItemAccessPolicy allows this in the namespace " + request.namespace + ". " + ${why} + " ${ways}"`;
}

function matching(apiGroup: string, resources: string[], operations: string[]) {
  return {
    resourceRules: [{ apiGroups: [apiGroup], apiVersions: ["*"], resources, operations }],
  };
}

/** The item that a `OnePasswordItem` names; it has an empty path, or no `spec`, where it names none. */
function pathOf(object: string): string {
  return `(has(${object}.spec) && has(${object}.spec.itemPath) ? ${object}.spec.itemPath : "")`;
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
