import { unlessCode } from "@opconnect/core";
import { z } from "zod";
import { type ClusterAccess, loadClusterConfig } from "../config.ts";
import { createClusterRequests } from "../requests.ts";
import { type DeploymentFacts, deploymentFacts } from "./deployment.ts";
import { type ItemFacts, itemFacts } from "./item.ts";
import { type PodFacts, podFacts } from "./pod.ts";

/** A cluster to be looked at, a namespace at a time. */
export type ClusterInspection = Awaited<ReturnType<typeof inspectCluster>>;

/**
 * Connects to a cluster to look at what runs there. Reads no value of a Secret, changes nothing.
 * Requests throw `CLUSTER_UNREACHABLE`, `CLUSTER_ACCESS_DENIED` or `CLUSTER_FAILED`.
 * @throws `CLUSTER_CONFIG_INVALID` if the kubeconfig cannot be used.
 */
export async function inspectCluster(access: ClusterAccess, timeoutMs = 20_000) {
  const config = await loadClusterConfig(access);
  const { client, limited, withHeader, report } = await createClusterRequests(config, timeoutMs);
  const core = config.makeApiClient(client.CoreV1Api);
  const apps = config.makeApiClient(client.AppsV1Api);
  const objects = config.makeApiClient(client.CustomObjectsApi);
  // Else the API server would send the values too.
  const metadataOnly = withHeader(
    "Accept",
    "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1",
  );
  return {
    listDeployments: (namespace: string): Promise<readonly DeploymentFacts[]> =>
      report(`list the Deployments in the namespace ${namespace}`, async () => {
        const { items } = await apps.listNamespacedDeployment({ namespace }, limited);
        return items.map(deploymentFacts);
      }),

    listPods: (namespace: string): Promise<readonly PodFacts[]> =>
      report(`list the pods in the namespace ${namespace}`, async () => {
        const { items } = await core.listNamespacedPod({ namespace }, limited);
        return items.map(podFacts);
      }),

    /** Those of a namespace by name; none before the kind is known to the cluster. */
    listItems: (namespace: string): Promise<ReadonlyMap<string, ItemFacts>> =>
      report(`list the OnePasswordItems in the namespace ${namespace}`, async () => {
        const kind = { group: "onepassword.com", version: "v1", plural: "onepassworditems" };
        const listed: unknown = await unlessCode([404], () =>
          objects.listNamespacedCustomObject({ ...kind, namespace }, limited),
        );
        const { items } = itemList.parse(listed ?? { items: [] });
        return new Map(items.map(itemFacts).map((item) => [item.name, item]));
      }),

    /** Annotations of the Secrets of a namespace, by name. */
    listSecretAnnotations: (
      namespace: string,
    ): Promise<ReadonlyMap<string, Readonly<Record<string, string>>>> =>
      report(`list the Secrets in the namespace ${namespace}`, async () => {
        const { items } = await core.listNamespacedSecret({ namespace }, metadataOnly);
        return new Map(
          items.map(({ metadata }) => [metadata?.name ?? "", metadata?.annotations ?? {}]),
        );
      }),

    /** Value under a key of a ConfigMap; `undefined` if there is none. */
    readConfigMapKey: (namespace: string, name: string, key: string): Promise<string | undefined> =>
      report(`read the ConfigMap ${name} in the namespace ${namespace}`, async () => {
        const found = await unlessCode([404], () =>
          core.readNamespacedConfigMap({ namespace, name }, limited),
        );
        return found?.data?.[key];
      }),
  };
}

const itemList = z.object({ items: z.array(z.unknown()) });
