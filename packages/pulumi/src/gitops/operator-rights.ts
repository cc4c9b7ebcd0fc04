import type { EnvironmentNames } from "@opconnect/core";
import { clusterRightsOfList, operatorRights } from "@opconnect/core/operator-rights";
import { managedBy } from "../components/owned-fields.ts";
import type { Manifest } from "./manifest.ts";

const apiVersion = "rbac.authorization.k8s.io/v1";
const apiGroup = "rbac.authorization.k8s.io";

/**
 * The operator's rights in each namespace that it watches, and before 1.11 its right to list the names
 * of all. One that watches the whole cluster has the chart's ClusterRole, which is patched.
 */
export function rightsManifests(
  names: EnvironmentNames,
  operatorVersion: string | undefined,
  watched: readonly string[],
): readonly Manifest[] {
  const subjects = [
    { kind: "ServiceAccount", name: names.serviceAccount, namespace: names.namespace },
  ];
  const rules = operatorRights(operatorVersion, "list");
  const inNamespaces = watched.flatMap((namespace): readonly Manifest[] => [
    {
      ...{ apiVersion, kind: "Role", rules },
      metadata: { name: names.role, namespace, labels: managedBy },
    },
    {
      ...{ apiVersion, kind: "RoleBinding", subjects },
      metadata: { name: names.roleBinding, namespace, labels: managedBy },
      roleRef: { apiGroup, kind: "Role", name: names.role },
    },
  ]);
  const everywhere = clusterRightsOfList(operatorVersion);
  if (everywhere.length === 0) return inNamespaces;
  const name = `${names.clusterRole}-namespaces`;
  const metadata = { name, labels: managedBy };
  return [
    ...inNamespaces,
    { apiVersion, kind: "ClusterRole", metadata, rules: everywhere },
    {
      ...{ apiVersion, kind: "ClusterRoleBinding", metadata, subjects },
      roleRef: { apiGroup, kind: "ClusterRole", name },
    },
  ];
}
