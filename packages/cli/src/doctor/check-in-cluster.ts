import { isConnectError } from "@opconnect/core";
import type { StackEnvironment } from "@opconnect/fleet";
import type { OpCli } from "@opconnect/provision";
import { checkHealth } from "@opconnect/provision/health";
import type { CheckResult } from "./check-result.ts";

/**
 * Looks at what the environments of a stack have in their cluster.
 * @param lostVaults Ids of vaults that a Connect server is known to have lost.
 */
export async function checkInCluster(
  environment: StackEnvironment,
  lostVaults: readonly string[],
  op: OpCli,
): Promise<readonly CheckResult[]> {
  const { clusterSecrets, deployments, items } = environment;
  const [first] = clusterSecrets;
  if (first === undefined) return [];
  if (first.isSecret) {
    return notLookedAt(environment, "The stack keeps its kubeconfig encrypted.");
  }
  const { kubeconfig, context } = first;
  const cluster = { kubeconfig, context };
  const secrets = clusterSecrets.filter(
    (each) => each.kubeconfig === kubeconfig && each.context === context,
  );
  try {
    return await checkHealth({ cluster, secrets, deployments, items, lostVaults }, { op });
  } catch (error) {
    if (isConnectError(error)) return notLookedAt(environment, error.happened);
    throw error;
  }
}

/** What there is to look at, and why none of it was looked at. */
export function notLookedAt(
  { clusterSecrets, deployments, items }: StackEnvironment,
  because: string,
): readonly CheckResult[] {
  const skipped = (check: CheckResult["check"], subject: string): CheckResult => ({
    check,
    subject,
    status: "skipped",
    happened: `Not looked at. ${because}`,
  });
  return [
    ...clusterSecrets.map(({ name }) => skipped("cluster-secret", name)),
    ...deployments.map(({ name }) => skipped("deployment", name)),
    ...items.map(({ namespace, name }) => skipped("item", `${namespace}/${name}`)),
  ];
}
