import { operatorRights, operatorRightsOnNamespaces } from "@opconnect/core/operator-rights";
import * as pulumi from "@pulumi/pulumi";

/**
 * Cuts the operator's ClusterRole down to what it asks for. Of a list of namespaces it counts there
 * alone, by the RoleBindings; in the whole cluster only where that was asked for.
 * @param watched Namespaces, or none for the whole cluster.
 */
export function cutRights(
  clusterRole: string,
  watched: pulumi.Input<readonly string[]>,
): pulumi.ResourceTransform {
  const { ofAll, ofList } = operatorRightsOnNamespaces;
  const namespaces = pulumi.output(watched).apply(({ length }) => (length === 0 ? ofAll : ofList));
  return ({ type, props, opts }) => {
    if (type !== "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole") return undefined;
    if (props.metadata?.name !== clusterRole) return undefined;
    return { props: { ...props, rules: [...operatorRights, namespaces] }, opts };
  };
}
