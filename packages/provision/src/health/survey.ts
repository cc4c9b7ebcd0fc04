import { connectCluster } from "../cluster/connect.ts";
import { inspectCluster } from "../cluster/inspection/inspect.ts";
import type { OpCli } from "../op/op-cli.ts";
import { findOperator } from "./operator.ts";
import { remembered } from "./remembered.ts";
import type { VaultContent } from "./source.ts";
import { opSource } from "./source-op.ts";
import type { WantedHealth } from "./wanted.ts";

/** What there is of an environment: each namespace and each vault is listed once, when it is needed. */
export type Survey = Awaited<ReturnType<typeof openSurvey>>;

/** @throws `CLUSTER_CONFIG_INVALID` if the kubeconfig cannot be used. */
export async function openSurvey({ cluster, deployments, lostVaults }: WantedHealth, op: OpCli) {
  const connection = await connectCluster(cluster);
  const inspection = await inspectCluster(cluster);
  const source = opSource(op);
  const listDeployments = remembered(inspection.listDeployments);
  const lookInto = async (vault: string): Promise<VaultContent> => {
    const content = await source.lookInto(vault);
    const isLost = content.kind === "listed" && lostVaults.includes(content.vault.id);
    return isLost ? { kind: "out of reach" } : content;
  };
  const findOperatorIn = remembered(async (namespace) =>
    findOperator(namespace, await listDeployments(namespace), inspection),
  );
  const listEverything = remembered(source.everything);
  return {
    readSecret: connection.readSecret,
    listDeployments,
    listPods: remembered(inspection.listPods),
    listItems: remembered(inspection.listItems),
    listSecretAnnotations: remembered(inspection.listSecretAnnotations),
    /** The operator that watches a namespace, else any. */
    async operatorOf(namespace: string) {
      const homes = [...new Set(deployments.map((deployment) => deployment.namespace))];
      const operators = (await Promise.all(homes.map(findOperatorIn))).filter(
        (operator) => operator !== undefined,
      );
      return operators.find(({ watches }) => watches?.includes(namespace) ?? true) ?? operators[0];
    },
    /** @param vault Id or title. */
    lookInto: remembered(lookInto),
    /** All items that can be seen. */
    everything: () => listEverything(""),
  };
}
