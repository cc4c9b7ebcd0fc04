import type { ClusterPermission } from "../cluster/api.ts";
import { connectCluster } from "../cluster/connect.ts";
import type { PreflightEnvironment } from "./environment.ts";
import { ok, type PreflightResult, runCheck, skipped, skippedAfter } from "./result.ts";

/** Does the cluster answer, and may its user create there what an environment is made of? */
export async function checkCluster({
  cluster,
  namespace,
}: PreflightEnvironment): Promise<readonly PreflightResult[]> {
  if (cluster === undefined) {
    const because = "Not looked at, because no cluster is known.";
    return [skipped("cluster", because), skipped("cluster-permission", because)];
  }
  const reached = await runCheck({ check: "cluster" }, async () => {
    const uid = await (await connectCluster(cluster)).uid();
    return ok(`The cluster ${uid} answers.`);
  });
  if (reached.status === "failed") return [reached, skippedAfter("cluster-permission", reached)];
  const permitted = await runCheck({ check: "cluster-permission" }, async () => {
    const forbidden = await (await connectCluster(cluster)).listForbidden(permissionsIn(namespace));
    if (forbidden.length === 0) return ok("You may create all that an environment is made of.");
    return {
      status: "failed",
      happened: `You may not ${forbidden.map(describePermission).join(", ")}.`,
      remedy:
        "Have an administrator of the cluster bind a role with these rights to the user or service account of the kubeconfig.",
      code: "CLUSTER_ACCESS_DENIED",
    };
  });
  return [reached, permitted];
}

/** What the chart consists of, and what stands beside it. */
function permissionsIn(namespace: string | undefined): readonly ClusterPermission[] {
  const create = (group: string, ...resources: readonly string[]) =>
    resources.map((resource) => ({ verb: "create" as const, group, resource }));
  const inNamespace = [
    ...create("", "secrets", "configmaps", "serviceaccounts", "services"),
    ...create("apps", "deployments"),
    { verb: "patch" as const, group: "", resource: "secrets" },
    { verb: "list" as const, group: "apps", resource: "deployments" },
    { verb: "list" as const, group: "", resource: "pods" },
    { verb: "patch" as const, group: "", resource: "configmaps" },
    { verb: "patch" as const, group: "apps", resource: "deployments" },
  ];
  const items = { group: "onepassword.com", resource: "onepassworditems" };
  return [
    ...create("", "namespaces"),
    ...create("apiextensions.k8s.io", "customresourcedefinitions"),
    ...create("rbac.authorization.k8s.io", "clusterroles", "clusterrolebindings"),
    ...(["create", "patch", "delete"] as const).map((verb) => ({ ...items, verb })),
    ...inNamespace.map((permission) => ({ ...permission, namespace })),
  ];
}

/** As `kubectl` writes it, e.g. `create deployments.apps in acme-prod-1password`. */
function describePermission({ verb, group, resource, namespace }: ClusterPermission): string {
  const place = namespace === undefined ? "" : ` in ${namespace}`;
  return `${verb} ${resource}${group === "" ? "" : `.${group}`}${place}`;
}
