import { type Finding, type ItemSync, runCheck } from "@opconnect/provision";
import { connectCluster } from "@opconnect/provision/cluster";
import type { StackEnvironment } from "../stack/environment.ts";
import { type CheckResult, failed } from "./check-result.ts";

/** Asks the operator's own words on each `OnePasswordItem` of a stack. */
export async function checkItems({
  items,
  clusters,
}: StackEnvironment): Promise<readonly CheckResult[]> {
  const [cluster] = clusters.filter(({ isSecret }) => !isSecret);
  if (cluster === undefined) return [];
  const { kubeconfig, context } = cluster;
  const results: CheckResult[] = [];
  for (const { namespace, name } of items) {
    const subject = `${namespace}/${name}`;
    const result = await runCheck({ check: "item", subject }, async () => {
      const connection = await connectCluster({ kubeconfig, context });
      return judged(await connection.readItemSync({ namespace, name }));
    });
    results.push(result);
  }
  return results;
}

function judged(sync: ItemSync | undefined): Finding {
  if (sync === undefined) {
    return failed(
      "The cluster has no such OnePasswordItem.",
      "Run `pulumi refresh`, then `pulumi up`: it is made again.",
    );
  }
  if (sync.problem !== "") {
    return failed(
      `The operator says: ${sync.problem}`,
      "Mend what it names: the item and its vault in 1Password, or the token.",
    );
  }
  if (sync.secretLabels !== undefined) {
    return { status: "ok", happened: "The operator keeps its Secret." };
  }
  return {
    status: "warning",
    happened: "There is no Secret yet, and the operator says nothing of it.",
    remedy: "Look whether the operator runs and watches the namespace.",
  };
}
