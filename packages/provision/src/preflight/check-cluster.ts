import { connectCluster } from "../cluster/connect.ts";
import type { ClusterPermission } from "../cluster/rights.ts";
import type { PreflightEnvironment } from "./environment.ts";
import { ok, type PreflightResult, runCheck, skipped, skippedAfter } from "./result.ts";

/** Does the cluster answer, and may its user do there what an environment takes? */
export async function checkCluster({
  cluster,
  ...used
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
    const forbidden = await (await connectCluster(cluster)).listForbidden(used);
    if (forbidden.length === 0) return ok("You may do all that an environment takes.");
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

/** As `kubectl` writes it, e.g. `create deployments.apps in acme-prod-1password`. */
function describePermission(permission: ClusterPermission): string {
  const { verb, group, resource, namespace, name } = permission;
  const kind = `${resource}${group === "" ? "" : `.${group}`}`;
  const place = namespace === undefined ? "" : ` in ${namespace}`;
  return `${verb} ${kind}${name === undefined ? "" : `/${name}`}${place}`;
}
