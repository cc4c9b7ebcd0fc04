import { type ClusterPermission, createClusterApi } from "./cluster-api.ts";
import { type ClusterAccess, loadClusterConfig } from "./cluster-config.ts";

export type { ClusterPermission };

/**
 * Asks a cluster which of these its user may not do. Changes nothing.
 * @throws `CLUSTER_CONFIG_INVALID`, `CLUSTER_UNREACHABLE`, `CLUSTER_ACCESS_DENIED`, `CLUSTER_FAILED`.
 * @see https://kubernetes.io/docs/reference/access-authn-authz/authorization/#checking-api-access
 */
export async function listForbidden(
  permissions: readonly ClusterPermission[],
  access: ClusterAccess,
  timeoutMs = 20_000,
): Promise<readonly ClusterPermission[]> {
  const api = await createClusterApi(await loadClusterConfig(access), timeoutMs);
  const allowed = await Promise.all(permissions.map(api.isAllowed));
  return permissions.filter((_, index) => !allowed[index]);
}

/** As `kubectl` writes it, e.g. `create deployments.apps in acme-prod-1password`. */
export function describeClusterPermission(permission: ClusterPermission): string {
  const { verb, group, resource, namespace } = permission;
  const place = namespace === undefined ? "" : ` in ${namespace}`;
  return `${verb} ${resource}${group === "" ? "" : `.${group}`}${place}`;
}
