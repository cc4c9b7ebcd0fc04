import { tlsKeys } from "../cluster/certificate/find.ts";
import { connectCluster } from "../cluster/connect.ts";
import { inspectCluster } from "../cluster/inspection/inspect.ts";
import type { OpCli } from "../op/op-cli.ts";
import { findOperator, type Operator } from "./operator.ts";
import { remembered } from "./remembered.ts";
import { connectSource, findConnect } from "./source/connect.ts";
import { eitherSource, type ItemSource, type VaultContent } from "./source/item-source.ts";
import { opSource } from "./source/op.ts";
import type { WantedHealth } from "./wanted.ts";

/** What there is of an environment: each namespace and each vault is listed once, when it is needed. */
export type Survey = Awaited<ReturnType<typeof openSurvey>>;

/**
 * @param op `undefined` where Connect alone is to be asked what there is in 1Password.
 * @throws `CLUSTER_CONFIG_INVALID` if the kubeconfig cannot be used.
 */
export async function openSurvey(
  { cluster, deployments, items, lostVaults }: WantedHealth,
  op: OpCli | undefined,
) {
  const connection = await connectCluster(cluster);
  const inspection = await inspectCluster(cluster);
  const listDeployments = remembered(inspection.listDeployments);
  const listPods = remembered(inspection.listPods);
  const homes = [...new Set(deployments.map(({ namespace }) => namespace))];
  /** The operator in a namespace of its own. */
  const operatorIn = remembered(async (namespace: string) =>
    findOperator(namespace, await listDeployments(namespace), inspection),
  );
  const findOperators = remembered(async () => {
    const found = await Promise.all(homes.map(operatorIn));
    return found.filter((operator) => operator !== undefined);
  });
  const connectOf = remembered(async (home: string) =>
    findConnect(await operatorIn(home), { ...inspection, listPods }),
  );
  /** What the operator in a namespace sees, and where there is none, the first. */
  const sourceOf = remembered((home: string): ItemSource => {
    const connect = connectSource(() => connectOf(home));
    return op === undefined ? connect : eitherSource(opSource(op), connect);
  });
  const vaultsOf = remembered((home: string) =>
    remembered(async (vault: string): Promise<VaultContent> => {
      const content = await sourceOf(home).lookInto(vault);
      const isLost = content.kind === "listed" && lostVaults.includes(content.vault.id);
      return isLost ? { kind: "out of reach" } : content;
    }),
  );
  const everythingOf = remembered((home: string) => sourceOf(home).everything());
  const homeOf = (operator: Operator | undefined) => operator?.namespace ?? homes[0] ?? "";
  return {
    homes,
    readSecret: connection.readSecret,
    /** The certificate in a Secret, which is none itself. */
    readCertificate: (namespace: string, name: string) =>
      inspection.readSecretKey(namespace, name, tlsKeys.certificate),
    readDefinition: inspection.readDefinition,
    readNetworkPolicy: inspection.readNetworkPolicy,
    readAdmission: inspection.readAdmission,
    isAllowedTo: inspection.isAllowedTo,
    listDeployments,
    listPods,
    operatorIn,
    /** Pods of the Connect that the operator of a namespace asks; else why there are none. */
    connectOf,
    /** The items that are wanted in a namespace, by name. */
    readItems: remembered((namespace) => {
      const names = items.flatMap((item) => (item.namespace === namespace ? [item.name] : []));
      return connection.readItems(namespace, names);
    }),
    /** The operator that watches a namespace, else any. */
    async operatorOf(namespace: string) {
      const found = await findOperators("");
      return found.find(({ watches }) => watches?.includes(namespace) ?? true) ?? found[0];
    },
    /** @param vault Id or title. */
    lookInto: (vault: string, operator: Operator | undefined) => vaultsOf(homeOf(operator))(vault),
    /** All items that can be seen. */
    everything: (operator: Operator | undefined) => everythingOf(homeOf(operator)),
  };
}
