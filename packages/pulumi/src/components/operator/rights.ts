import * as pulumi from "@pulumi/pulumi";

/**
 * What the operator asks the API server for, in each namespace that it watches; it reads from what it
 * has listed and watches. The chart's own ClusterRole adds pods, services, ConfigMaps and more, and
 * may create and delete them. With `MANAGE_CONNECT`, which the chart never sets, it would need more.
 * @see https://github.com/1Password/onepassword-operator/tree/v1.12.0/internal/controller
 */
const inNamespace = [
  rule("onepassword.com", ["onepassworditems"], ["list", "watch", "update"]),
  rule("onepassword.com", ["onepassworditems/status"], ["update"]),
  rule("", ["secrets"], ["list", "watch", "create", "update", "delete"]),
  // It looks at every Deployment for its annotations, and restarts it by one.
  rule("apps", ["deployments"], ["list", "watch", "update"]),
  // Since 1.10.1, of a Deployment whose item it cannot read.
  rule("", ["events"], ["create", "patch"]),
];

/** Since 1.11 it asks a namespace that it watches whether its Deployments are restarted. */
const ofList = rule("", ["namespaces"], ["get"]);
const ofAll = rule("", ["namespaces"], ["list", "watch"]);

/**
 * Cuts the operator's ClusterRole down to what it asks for. Of a list of namespaces it counts there
 * alone, by the RoleBindings; in the whole cluster only where that was asked for.
 * @param watched Namespaces, or none for the whole cluster.
 */
export function cutRights(
  clusterRole: string,
  watched: pulumi.Input<readonly string[]>,
): pulumi.ResourceTransform {
  const namespaces = pulumi.output(watched).apply(({ length }) => (length === 0 ? ofAll : ofList));
  return ({ type, props, opts }) => {
    if (type !== "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole") return undefined;
    if (props.metadata?.name !== clusterRole) return undefined;
    return { props: { ...props, rules: [...inNamespace, namespaces] }, opts };
  };
}

function rule(apiGroup: string, resources: readonly string[], verbs: readonly string[]) {
  return { apiGroups: [apiGroup], resources: [...resources], verbs: [...verbs] };
}
