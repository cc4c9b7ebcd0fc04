import { connectCluster } from "@opconnect/provision/cluster";
import type { StackEnvironment } from "../stack/environment.ts";
import { type Finding, findingOf } from "./finding.ts";

/** Asks the operator's own words on each `OnePasswordItem` of a stack. */
export async function checkItems({
  items,
  clusters,
}: StackEnvironment): Promise<readonly Finding[]> {
  const [cluster] = clusters.filter(({ isSecret }) => !isSecret);
  if (cluster === undefined) return [];
  const { kubeconfig, context } = cluster;
  const findings: Finding[] = [];
  for (const { namespace, name } of items) {
    const finding = await findingOf("item", `${namespace}/${name}`, async () => {
      const connection = await connectCluster({ kubeconfig, context });
      return judged(await connection.readItemSync({ namespace, name }));
    });
    findings.push(finding);
  }
  return findings;
}

type Connection = Awaited<ReturnType<typeof connectCluster>>;

function judged(
  sync: Awaited<ReturnType<Connection["readItemSync"]>>,
): Pick<Finding, "status" | "happened" | "remedy"> {
  if (sync === undefined) {
    return {
      status: "failed",
      happened: "The cluster has no such OnePasswordItem.",
      remedy: "Run `pulumi refresh`, then `pulumi up`: it is made again.",
    };
  }
  if (sync.problem !== "") {
    return {
      status: "failed",
      happened: `The operator says: ${sync.problem}`,
      remedy: "Mend what it names: the item and its vault in 1Password, or the token.",
    };
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
