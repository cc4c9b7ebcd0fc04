/** A rule of a Kubernetes role. */
interface RoleRule {
  readonly apiGroups: string[];
  readonly resources: string[];
  readonly verbs: Verb[];
}

type Verb = "get" | "list" | "watch" | "create" | "update" | "patch" | "delete";

/**
 * What the operator asks the API server for, in each namespace that it watches; it reads from what it
 * has listed and watches. The chart's own ClusterRole adds pods, services, ConfigMaps and more, and
 * may create and delete them. With `MANAGE_CONNECT`, which the chart never sets, it would need more.
 * @see https://github.com/1Password/onepassword-operator/tree/v1.12.0/internal/controller
 */
export const operatorRights: readonly RoleRule[] = [
  rule("onepassword.com", ["onepassworditems"], ["list", "watch", "update"]),
  rule("onepassword.com", ["onepassworditems/status"], ["update"]),
  rule("", ["secrets"], ["list", "watch", "create", "update", "delete"]),
  // It looks at every Deployment for its annotations, and restarts it by one.
  rule("apps", ["deployments"], ["list", "watch", "update"]),
  // Since 1.10.1, of a Deployment whose item it cannot read.
  rule("", ["events"], ["create", "patch"]),
];

/** Since 1.11 it asks a namespace that it watches whether its Deployments are restarted. */
export const operatorRightsOnNamespaces = {
  ofList: rule("", ["namespaces"], ["get"]),
  ofAll: rule("", ["namespaces"], ["list", "watch"]),
} as const;

function rule(apiGroup: string, resources: string[], verbs: Verb[]): RoleRule {
  return { apiGroups: [apiGroup], resources, verbs };
}
