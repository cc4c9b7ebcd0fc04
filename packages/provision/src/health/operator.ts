import type { DeploymentFacts, VariableSource } from "../cluster/inspection/deployment.ts";
import type { ClusterInspection } from "../cluster/inspection/inspect.ts";

/** The operator of an environment, as its Deployment has it. */
export interface Operator {
  readonly namespace: string;
  /** Name of its Deployment. */
  readonly name: string;
  /** Namespaces that it watches; none for all of them. */
  readonly watches: readonly string[] | undefined;
  /** Seconds between two looks for changed items. */
  readonly pollingSeconds: number;
  /** Address of Connect. */
  readonly connectUrl: string;
  /** Where its token lies, in its own namespace; none if that is not in a Secret. */
  readonly token: { readonly name: string; readonly key: string } | undefined;
}

/** Finds the operator among the Deployments of its namespace, by what it is told. */
export async function findOperator(
  namespace: string,
  deployments: readonly DeploymentFacts[],
  cluster: Pick<ClusterInspection, "readConfigMapKey">,
): Promise<Operator | undefined> {
  const found = deployments.find(({ variables }) => variables.has("WATCH_NAMESPACE"));
  if (found === undefined) return undefined;
  const read = async (source: VariableSource | undefined) => {
    if (source === undefined || source.from === "secret") return "";
    if (source.from === "text") return source.text;
    return (await cluster.readConfigMapKey(namespace, source.name, source.key)) ?? "";
  };
  const { name, variables } = found;
  const watched = await read(variables.get("WATCH_NAMESPACE"));
  const polling = Number(await read(variables.get("POLLING_INTERVAL")));
  const token = variables.get("OP_CONNECT_TOKEN");
  return {
    namespace,
    name,
    watches: watched === "" ? undefined : watched.split(","),
    connectUrl: await read(variables.get("OP_CONNECT_HOST")),
    token: token?.from === "secret" ? token : undefined,
    pollingSeconds: Number.isInteger(polling) && polling > 0 ? polling : 600,
  };
}
