import type * as kubernetes from "@kubernetes/client-node";
import { type ClusterAccess, loadClusterConfig } from "./cluster-config.ts";
import { reportClusterErrors } from "./errors.ts";

/** Something that may be done with one kind of object. */
export interface ClusterPermission {
  readonly verb: "get" | "create" | "patch" | "delete";
  /** API group; empty for the core group. */
  readonly group: string;
  /** Kind in the plural, e.g. `"deployments"`. */
  readonly resource: string;
  /** None for what has no namespace. */
  readonly namespace?: string | undefined;
}

/**
 * Asks a cluster which of these its user may not do. Changes nothing: every user may ask this about
 * itself.
 * @throws `CLUSTER_CONFIG_INVALID`, `CLUSTER_UNREACHABLE`, `CLUSTER_ACCESS_DENIED`, `CLUSTER_FAILED`.
 * @see https://kubernetes.io/docs/reference/access-authn-authz/authorization/#checking-api-access
 */
export async function listForbidden(
  permissions: readonly ClusterPermission[],
  access: ClusterAccess,
  timeoutMs = 20_000,
): Promise<readonly ClusterPermission[]> {
  const config = await loadClusterConfig(access);
  const client = await import("@kubernetes/client-node");
  const api = config.makeApiClient(client.AuthorizationV1Api);
  const server = config.getCurrentCluster()?.server ?? "";
  const limited: kubernetes.ConfigurationOptions<kubernetes.ObservableMiddleware> = {
    middleware: [
      {
        pre(request) {
          request.setSignal(AbortSignal.timeout(timeoutMs));
          return new client.Observable(Promise.resolve(request));
        },
        post: (response) => new client.Observable(Promise.resolve(response)),
      },
    ],
    middlewareMergeStrategy: "append",
  };

  const isForbidden = async ({ verb, group, resource, namespace }: ClusterPermission) => {
    const resourceAttributes = {
      verb,
      group,
      resource,
      ...(namespace === undefined ? {} : { namespace }),
    };
    const body: kubernetes.V1SelfSubjectAccessReview = {
      apiVersion: "authorization.k8s.io/v1",
      kind: "SelfSubjectAccessReview",
      spec: { resourceAttributes },
    };
    const { status } = await api.createSelfSubjectAccessReview({ body }, limited);
    return status?.allowed !== true;
  };

  return reportClusterErrors({ server, purpose: "say what you may do", timeoutMs }, async () => {
    const forbidden = await Promise.all(permissions.map(isForbidden));
    return permissions.filter((_, index) => forbidden[index]);
  });
}

/** As `kubectl` writes it, e.g. `create deployments.apps in acme-prod-1password`. */
export function describeClusterPermission(permission: ClusterPermission): string {
  const { verb, group, resource, namespace } = permission;
  const place = namespace === undefined ? "" : ` in ${namespace}`;
  return `${verb} ${resource}${group === "" ? "" : `.${group}`}${place}`;
}
