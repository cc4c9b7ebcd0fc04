import { connectCluster } from "../cluster/connect.ts";
import { inspectCluster } from "../cluster/inspection/inspect.ts";
import type { OpCli } from "../op/op-cli.ts";
import { findOperator } from "./operator.ts";
import { remembered } from "./remembered.ts";
import { eitherSource, type VaultContent } from "./source.ts";
import { connectSource, openConnect } from "./source-connect.ts";
import { opSource } from "./source-op.ts";
import type { WantedHealth } from "./wanted.ts";

/** What there is of an environment: each namespace and each vault is listed once, when it is needed. */
export type Survey = Awaited<ReturnType<typeof openSurvey>>;

/** @throws `CLUSTER_CONFIG_INVALID` if the kubeconfig cannot be used. */
export async function openSurvey(
  { cluster, deployments, items, lostVaults }: WantedHealth,
  op: OpCli,
) {
  const connection = await connectCluster(cluster);
  const inspection = await inspectCluster(cluster);
  const listDeployments = remembered(inspection.listDeployments);
  const listPods = remembered(inspection.listPods);
  const lookInto = async (vault: string): Promise<VaultContent> => {
    const content = await source.lookInto(vault);
    const isLost = content.kind === "listed" && lostVaults.includes(content.vault.id);
    return isLost ? { kind: "out of reach" } : content;
  };
  const findOperatorIn = remembered(async (namespace) =>
    findOperator(namespace, await listDeployments(namespace), inspection),
  );
  const operators = remembered(async () => {
    const homes = [...new Set(deployments.map(({ namespace }) => namespace))];
    const found = await Promise.all(homes.map(findOperatorIn));
    return found.filter((operator) => operator !== undefined);
  });
  const connect = connectSource(async () => {
    const [operator] = await operators("");
    return openConnect(operator, { ...inspection, listPods });
  });
  const source = eitherSource(opSource(op), connect);
  const listEverything = remembered(source.everything);
  return {
    readSecret: connection.readSecret,
    listDeployments,
    listPods,
    /** The items that are wanted in a namespace, by name. */
    readItems: remembered((namespace) => {
      const names = items.flatMap((item) => (item.namespace === namespace ? [item.name] : []));
      return connection.readItems(namespace, names);
    }),
    /** The operator that watches a namespace, else any. */
    async operatorOf(namespace: string) {
      const found = await operators("");
      return found.find(({ watches }) => watches?.includes(namespace) ?? true) ?? found[0];
    },
    /** @param vault Id or title. */
    lookInto: remembered(lookInto),
    /** All items that can be seen. */
    everything: () => listEverything(""),
  };
}
