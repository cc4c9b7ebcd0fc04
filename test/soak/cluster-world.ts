import { AppsV1Api, CoreV1Api, CustomObjectsApi, KubeConfig } from "@kubernetes/client-node";
import { z } from "zod";

/** What there is of an environment in the cluster. */
export interface ClusterWorld {
  /** Names, those that are being deleted included. */
  readonly namespaces: readonly string[];
  /** Names of `OnePasswordItem`s as `namespace/name`, those that are being deleted included. */
  readonly items: readonly string[];
  readonly secrets: readonly SeenSecret[];
  /** Names of Deployments that have all their pods. */
  readonly ready: readonly string[];
}

/** A Secret. */
export interface SeenSecret {
  /** `namespace/name`. */
  readonly name: string;
  readonly type: string;
  readonly data: Readonly<Record<string, string>>;
}

const itemList = z.object({
  items: z.array(z.object({ metadata: z.object({ name: z.string(), namespace: z.string() }) })),
});

/** Looks at all namespaces of a client. */
export async function lookIntoCluster(kubeconfig: string, client: string): Promise<ClusterWorld> {
  const { core, apps, custom } = apis(kubeconfig);
  const kind = { group: "onepassword.com", version: "v1", plural: "onepassworditems" };
  const [namespaces, secrets, items, deployments] = await Promise.all([
    core.listNamespace(),
    core.listSecretForAllNamespaces(),
    custom.listClusterCustomObject(kind),
    apps.listDeploymentForAllNamespaces(),
  ]);
  const isOurs = ({ namespace = "" }: { readonly namespace?: string }) =>
    namespace.startsWith(`${client}-`);
  const path = ({ namespace, name }: { readonly namespace?: string; readonly name?: string }) =>
    `${namespace}/${name}`;
  return {
    namespaces: namespaces.items
      .map(({ metadata }) => metadata?.name ?? "")
      .filter((namespace) => isOurs({ namespace })),
    items: itemList
      .parse(items)
      .items.map(({ metadata }) => metadata)
      .filter(isOurs)
      .map(path),
    secrets: secrets.items
      .filter(({ metadata = {} }) => isOurs(metadata))
      .map(({ metadata = {}, type = "", data = {} }) => ({
        name: path(metadata),
        type,
        data: Object.fromEntries(
          Object.entries(data).map(([key, value]) => [
            key,
            Buffer.from(value, "base64").toString(),
          ]),
        ),
      })),
    ready: deployments.items
      .filter(({ metadata = {} }) => isOurs(metadata))
      .filter(({ spec, status }) => (spec?.replicas ?? 1) === (status?.readyReplicas ?? 0))
      .filter(({ spec }) => spec?.replicas !== 0)
      .map(({ metadata = {} }) => metadata.name ?? ""),
  };
}

function apis(kubeconfig: string) {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  return {
    core: config.makeApiClient(CoreV1Api),
    apps: config.makeApiClient(AppsV1Api),
    custom: config.makeApiClient(CustomObjectsApi),
  };
}
