import { ConnectError, isConnectError } from "@opconnect/core";
import { type ClusterConnection, connectCluster } from "@opconnect/provision/cluster";
import { z } from "zod";
import type { Check, Work } from "../crud.ts";
import { hasUnknown } from "../property-diff.ts";

/** Asks the cluster already here, so that its uid is known at preview. */
export const check: Check = async (olds, news) => {
  if (hasUnknown(news.kubeconfig) || hasUnknown(news.context)) return { inputs: news };
  try {
    const access = clusterSchema.omit({ clusterUid: true }).parse(news);
    const cluster = await connectCluster(access);
    const clusterUid = await cluster.uid();
    if (typeof olds.clusterUid === "string") requireSameCluster(olds.clusterUid, clusterUid);
    return { inputs: { ...news, clusterUid } };
  } catch (error) {
    if (!isConnectError(error)) throw error;
    return { inputs: news, failures: [{ property: "cluster", reason: error.message }] };
  }
};

/** What a `ClusterTarget` remembers of the cluster. */
export const work: Work = {
  async create(inputs) {
    return { id: String(inputs.clusterUid), outs: { ...inputs } };
  },

  async update(_id, _olds, news) {
    return { outs: { ...news } };
  },
};

/** How to reach the cluster, and which it has to be. */
export const clusterSchema = z.object({
  kubeconfig: z.string().optional(),
  context: z.string().optional(),
  clusterUid: z.string(),
});

/** Connects, and makes sure that it is still the cluster that the environment lives on. */
export async function connectSame({
  kubeconfig,
  context,
  clusterUid,
}: z.infer<typeof clusterSchema>): Promise<ClusterConnection> {
  const cluster = await connectCluster({ kubeconfig, context });
  requireSameCluster(clusterUid, await cluster.uid());
  return cluster;
}

/** An environment does not move by itself: its objects would be orphaned on the old cluster. */
function requireSameCluster(known: string, reached: string): void {
  if (known === reached) return;
  throw new ConnectError(
    "CLUSTER_MISMATCH",
    `The environment lives on the cluster ${known}, and the kubeconfig reaches the cluster ${reached}.`,
    "Point the kubeconfig and its context to the first one. To move the environment, destroy it there before; its vaults are kept.",
  );
}
