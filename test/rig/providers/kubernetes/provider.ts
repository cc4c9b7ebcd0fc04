import type { PropertyMap } from "../property-value.ts";
import { textAt, withoutSecrets } from "../property-value.ts";
import type { Provider } from "../provider.ts";
import { constructChart } from "./chart/chart.ts";
import { type Cluster, clusterSettings, openCluster } from "./cluster.ts";
import { readKubeconfig } from "./kubeconfig.ts";
import { checkObject } from "./object/check.ts";
import { createObject } from "./object/create.ts";
import { deleteObject } from "./object/delete.ts";
import { diffObject } from "./object/diff.ts";
import { readObject } from "./object/read.ts";
import { updateObject } from "./object/update.ts";

/** Objects of a Kubernetes cluster, and Helm charts made of them. */
export function createKubernetesProvider(cancelled: AbortSignal): Provider {
  let opened: Cluster | undefined;
  const cluster = (): Cluster => {
    if (opened) return opened;
    throw new Error("The engine has not configured the provider.");
  };
  return {
    diffConfig: replacedByConfig,
    async configure(settings) {
      opened = await openCluster(clusterSettings(settings), cancelled);
    },
    check: async (request) => checkObject(cluster(), request),
    diff: async (request) => diffObject(cluster().settings, request),
    create: async (request) => createObject(cluster(), request),
    read: async (request) => readObject(cluster(), request),
    update: async (request) => updateObject(cluster(), request),
    delete: async (request) => deleteObject(cluster(), request),
    async construct(request) {
      if (request.type === "kubernetes:helm.sh/v4:Chart") return constructChart(cluster(), request);
      throw new Error(`The stand-in kubernetes provider has no ${request.type}.`);
    },
  };
}

/**
 * Everything moves to another cluster when the settings lead to another server. Clusters have no
 * identity of their own, so the real provider, too, compares what the kubeconfig says.
 */
function replacedByConfig(old: PropertyMap, wanted: PropertyMap): readonly string[] {
  const [before, after] = [old, wanted].map((config) => serverOf(withoutSecrets(config)));
  if (before === undefined || after === undefined || before === after) return [];
  return ["kubeconfig", "context", "cluster"].filter((name) => {
    return JSON.stringify(old[name]) !== JSON.stringify(wanted[name]);
  });
}

function serverOf(config: PropertyMap): string | undefined {
  try {
    const [kubeconfig, context, cluster] = ["kubeconfig", "context", "cluster"].map((name) =>
      textAt(config, name),
    );
    return readKubeconfig({ kubeconfig, context, cluster }).server;
  } catch {
    return undefined;
  }
}
