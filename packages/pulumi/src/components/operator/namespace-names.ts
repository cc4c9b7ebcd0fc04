import { clusterRightsOfList } from "@opconnect/core/operator-rights";
import { ClusterRole } from "@pulumi/kubernetes/rbac/v1/clusterRole.js";
import { ClusterRoleBinding } from "@pulumi/kubernetes/rbac/v1/clusterRoleBinding.js";
import type * as pulumi from "@pulumi/pulumi";
import { managedBy, ownedFields } from "../owned-fields.ts";

/** The account of an operator, and what the right is to be called. */
export interface NamespaceNamesArgs {
  readonly operatorVersion: string | undefined;
  /** Name of the ClusterRole and its binding. */
  readonly role: string;
  readonly namespace: string;
  readonly serviceAccount: string;
}

/**
 * Lets an operator before 1.11 see the names of all namespaces, also where it watches a list of them.
 * After the first change of a Secret it asks for them, to know which Deployments to restart, and
 * waits until it may: no other change would ever arrive. A RoleBinding cannot grant it.
 * @see https://github.com/1Password/onepassword-operator/blob/v1.10.1/pkg/onepassword/secret_update_handler.go
 */
export function letSeeNamespaces(
  name: string,
  { operatorVersion, role, namespace, serviceAccount }: NamespaceNamesArgs,
  opts: pulumi.CustomResourceOptions,
): readonly pulumi.Resource[] {
  const rules = [...clusterRightsOfList(operatorVersion)];
  if (rules.length === 0) return [];
  const metadata = { name: role, labels: managedBy, annotations: ownedFields };
  const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: role };
  const subjects = [{ kind: "ServiceAccount", name: serviceAccount, namespace }];
  return [
    new ClusterRole(name, { metadata, rules }, opts),
    new ClusterRoleBinding(name, { metadata, roleRef, subjects }, opts),
  ];
}
