import type { ConstructRequest } from "../construct-messages.ts";
import type { PropertyMap } from "../property-value.ts";
import { textAt, withoutSecrets } from "../property-value.ts";
import type {
  CheckRequest,
  CreateRequest,
  DeleteRequest,
  DiffRequest,
  ReadRequest,
  UpdateRequest,
} from "../resource-messages.ts";
import { constructChart } from "./chart/chart.ts";
import { templateChart } from "./chart/template-function.ts";
import { type Cluster, clusterSettings, openCluster } from "./cluster.ts";
import { readKubeconfig } from "./kubeconfig.ts";
import { checkObject } from "./object/check.ts";
import { createObject } from "./object/create.ts";
import { deleteObject } from "./object/delete.ts";
import { diffObject } from "./object/diff.ts";
import { readObject } from "./object/read.ts";
import { updateObject } from "./object/update.ts";

/** What the stand-in can be asked; `serveProvider` speaks the engine's protocol for it. */
export type KubernetesProvider = ReturnType<typeof createKubernetesProvider>;

/**
 * Objects of a Kubernetes cluster, and Helm charts made of them.
 * @param cancelled Fires when the engine gives up on running operations.
 */
export function createKubernetesProvider(cancelled: AbortSignal) {
  let opened: Cluster | undefined;
  const cluster = (): Cluster => {
    if (opened) return opened;
    throw new Error("The engine has not configured the provider.");
  };
  return {
    diffConfig: replacedByConfig,
    /** Takes the settings of the stack or of an explicit provider. */
    async configure(settings: Readonly<Record<string, string>>) {
      opened = await openCluster(clusterSettings(settings), cancelled);
    },
    check: async (request: CheckRequest) => checkObject(cluster(), request),
    diff: async (request: DiffRequest) => diffObject(cluster().settings, request),
    create: async (request: CreateRequest) => createObject(cluster(), request),
    read: async (request: ReadRequest) => readObject(cluster(), request),
    update: async (request: UpdateRequest) => updateObject(cluster(), request),
    delete: async (request: DeleteRequest) => deleteObject(cluster(), request),
    /** A function, of which there is one. */
    async invoke(token: string, inputs: PropertyMap) {
      if (token === "kubernetes:helm:template") return templateChart(cluster(), inputs);
      throw new Error(`The stand-in kubernetes provider has no function ${token}.`);
    },
    /** Makes a component and its children. */
    async construct(request: ConstructRequest) {
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
