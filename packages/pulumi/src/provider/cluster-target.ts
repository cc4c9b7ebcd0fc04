import { ConnectError, isConnectError } from "@opconnect/core";
import { type ClusterAccess, connectCluster } from "@opconnect/provision";
import { z } from "zod";
import type { Crud, Properties } from "./crud.ts";
import { diffProperties, hasUnknown } from "./property-diff.ts";

const accessSchema = z.object({
  kubeconfig: z.string().optional(),
  context: z.string().optional(),
});

/** Life cycle of a `ClusterTarget`: it owns nothing, it finds out and remembers. */
export const clusterTarget: Crud = {
  /** Asks the cluster already here, so that its uid is known at preview. */
  async check(olds, news) {
    if (hasUnknown(news.kubeconfig) || hasUnknown(news.context)) return { inputs: news };
    try {
      const cluster = await connectCluster(clusterAccess(news));
      const clusterUid = await cluster.uid();
      if (typeof olds.clusterUid === "string") requireSameCluster(olds.clusterUid, clusterUid);
      return { inputs: { ...news, clusterUid } };
    } catch (error) {
      if (!isConnectError(error)) throw error;
      return { inputs: news, failures: [{ property: "cluster", reason: error.message }] };
    }
  },

  async diff(_id, olds, news) {
    return diffProperties(olds, news, { updates: ["kubeconfig", "context", "clusterUid"] });
  },

  async create(inputs) {
    const { clusterUid } = z.object({ clusterUid: z.string() }).parse(inputs);
    return { id: clusterUid, outs: { ...inputs } };
  },

  async update(_id, _olds, news) {
    return { outs: { ...news } };
  },

  async delete() {},
};

/** An environment does not move by itself: its objects would be orphaned on the old cluster. */
export function requireSameCluster(known: string, reached: string): void {
  if (known === reached) return;
  throw new ConnectError(
    "CLUSTER_MISMATCH",
    `The environment lives on the cluster ${known}, and the kubeconfig reaches the cluster ${reached}.`,
    "Point the kubeconfig and its context to the first one. To move the environment, destroy it there before; its vaults are kept.",
  );
}

/** How to reach the cluster, as `ClusterTarget` and `ClusterSecret` keep it. */
export function clusterAccess(properties: Properties): ClusterAccess {
  return accessSchema.parse(properties);
}
