import { setTimeout } from "node:timers/promises";
import { ConnectError } from "@opconnect/core";
import type { ClusterSecretName } from "../api.ts";

/**
 * Does what is to be done to an item as it was read, again for each conflict: others may change it
 * in between.
 * @throws `CLUSTER_FAILED` where that goes on.
 */
export async function pastConflicts<T>(
  { namespace, name }: ClusterSecretName,
  pauseMs: number,
  attempt: () => Promise<T | "conflict">,
): Promise<T> {
  for (let attempts = 1; attempts <= limit; attempts += 1) {
    const outcome = await attempt();
    if (outcome !== "conflict") return outcome;
    await setTimeout(pauseMs);
  }
  throw new ConnectError(
    "CLUSTER_FAILED",
    `The OnePasswordItem ${name} in the namespace ${namespace} changed each time it was to be written.`,
    "Find out what else writes it (`kubectl get onepassworditem --show-managed-fields`), then run again.",
  );
}

const limit = 20;
