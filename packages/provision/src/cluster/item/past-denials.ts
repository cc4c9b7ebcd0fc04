import { setTimeout } from "node:timers/promises";
import { hasCode } from "@opconnect/core";

/**
 * Does what a policy denies again for a moment: an API server goes by the rules as they were, until it
 * has read those that the same update has written. It looks for them each second.
 * @throws `CLUSTER_POLICY_DENIED` where that goes on.
 * @see https://github.com/kubernetes/apiserver/blob/v0.36.3/pkg/admission/plugin/policy/generic/policy_source.go
 */
export async function pastDenials<T>(
  { policyMs, pollMs }: { readonly policyMs: number; readonly pollMs: number },
  attempt: () => Promise<T>,
): Promise<T> {
  const until = Date.now() + policyMs;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (!hasCode(error, "CLUSTER_POLICY_DENIED") || Date.now() > until) throw error;
      await setTimeout(pollMs);
    }
  }
}
