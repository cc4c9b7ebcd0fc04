import { isGiven, type KnownRecord, recordAt, recordsIn } from "../../rule/known.ts";
import { findingIf, type ResourceRule, type RuleResource, textOf } from "../../rule/rule.ts";
import { ownType } from "../own-types.ts";
import { containersOf, imageOf, isOperatorImage } from "./pods.ts";

/** An operator that watches all namespaces writes Secrets into all of them, by anybody's wish. */
export const operatorNotClusterWide: ResourceRule = {
  name: "operator-not-cluster-wide",
  description: "The operator watches named namespaces, and has no rights in the others.",
  looksAt:
    "the namespaces that the operator watches, its Deployment's `WATCH_NAMESPACE`, and ClusterRoleBindings of its ClusterRole",
  fix: "List the namespaces under `operator.watchNamespaces`, and have its rights in each of them by a Role there.",
  level: "mandatory",
  checkResource(resource) {
    const { type, name, props } = resource;
    if (type === ownType("OperatorScope")) {
      const { namespaces } = props;
      const isAll = Array.isArray(namespaces) && namespaces.length === 0;
      return findingIf(isAll, `${name} lets the operator watch every namespace.`);
    }
    if (/^kubernetes:rbac\.authorization\.k8s\.io\/v1:ClusterRoleBinding(Patch)?$/.test(type)) {
      const role = textOf(recordAt(props, "roleRef").name) ?? "";
      const isOperators = /onepassword-(connect-)?operator/.test(role);
      return findingIf(isOperators, `${name} gives the operator its rights in every namespace.`);
    }
    const watchesAll = operatorContainers(resource).some(watchesEveryNamespace);
    return findingIf(watchesAll, `The operator in ${name} watches every namespace.`);
  },
};

function operatorContainers(resource: RuleResource): readonly KnownRecord[] {
  return containersOf(resource).filter((container) => isOperatorImage(imageOf(container) ?? ""));
}

/** What comes from a ConfigMap is not seen here: `OperatorScope` makes it. */
function watchesEveryNamespace({ env, envFrom }: KnownRecord): boolean {
  if (recordsIn(envFrom).length > 0) return false;
  if (env !== undefined && !Array.isArray(env)) return false;
  const said = recordsIn(env).find(({ name }) => name === "WATCH_NAMESPACE");
  return said === undefined || !(isGiven(said.value) || isGiven(said.valueFrom));
}
