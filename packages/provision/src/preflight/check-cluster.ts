import type { ClusterAccess } from "../cluster/config.ts";
import { connectCluster } from "../cluster/connect.ts";
import { describePermission } from "../cluster/rights.ts";
import type { PreflightEnvironment } from "./environment.ts";
import { ok, type PreflightResult, runCheck, skipped, skippedAfter } from "./result.ts";

/** Does the cluster answer, and may its user do there what an environment takes? */
export async function checkCluster({
  cluster,
  clusterUid,
  ...used
}: PreflightEnvironment): Promise<readonly PreflightResult[]> {
  if (cluster === undefined) {
    const because = "Not looked at, because no cluster is known.";
    return [skipped("cluster", because), skipped("cluster-permission", because)];
  }
  const reached = await checkReach(cluster, clusterUid);
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

/**
 * Does the cluster answer, and is it the one that was deployed to?
 * @param deployedTo Its uid; without one, any will do.
 */
export function checkReach(
  cluster: ClusterAccess,
  deployedTo: string | undefined,
): Promise<PreflightResult> {
  return runCheck({ check: "cluster" }, async () => {
    const uid = await (await connectCluster(cluster)).uid();
    if (deployedTo === undefined || deployedTo === uid) return ok(`The cluster ${uid} answers.`);
    return {
      status: "failed",
      happened: `The kubeconfig leads to the cluster ${uid}, and the stack was deployed to ${deployedTo}.`,
      remedy: "Choose the kubeconfig and the context of that cluster.",
      code: "CLUSTER_MISMATCH",
    };
  });
}
