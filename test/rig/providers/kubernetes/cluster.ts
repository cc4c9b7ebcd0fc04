import { textAt } from "../property-value.ts";
import { type ApiServer, createApiServer } from "./api-server.ts";
import { createDiscovery, type Discovery } from "./discovery.ts";
import { readKubeconfig } from "./kubeconfig.ts";

/** Settings of the provider, as the stack or an explicit `kubernetes.Provider` gives them. */
export interface ClusterSettings {
  readonly kubeconfig: string | undefined;
  readonly context: string | undefined;
  readonly cluster: string | undefined;
  readonly namespace: string | undefined;
  /** Off: client-side apply, in which there are no Patch resources. */
  readonly enableServerSideApply: boolean;
  /** Apply over an object that exists instead of failing. */
  readonly upsertExistingObjects: boolean;
  /** Take fields over that another manager has. */
  readonly enablePatchForce: boolean;
  /** Update the data of Secrets and ConfigMaps in place instead of replacing the objects. */
  readonly enableSecretMutable: boolean;
  readonly enableConfigMapMutable: boolean;
  /** Forget objects on a cluster that cannot be reached. */
  readonly deleteUnreachable: boolean;
}

/** The cluster that the provider works on. */
export interface Cluster {
  readonly settings: ClusterSettings;
  readonly cancelled: AbortSignal;
  /** Where namespaced objects go that name no namespace. */
  readonly namespace: string;
  /** Undefined if the cluster cannot be reached. */
  readonly connection: ClusterConnection | undefined;
  /** Why it cannot be reached. */
  readonly unreachable: string | undefined;
}

export interface ClusterConnection {
  readonly api: ApiServer;
  readonly discovery: Discovery;
  /** E.g. `v1.36.3`. */
  readonly version: string;
}

/**
 * Reads settings the way the real provider does: an environment variable counts where the setting
 * is missing.
 */
export function clusterSettings(settings: Readonly<Record<string, string>>): ClusterSettings {
  const isOn = (name: string, variable: string, otherwise = "false") =>
    (settings[name] ?? process.env[`PULUMI_K8S_${variable}`] ?? otherwise) === "true";
  return {
    kubeconfig: settings.kubeconfig || undefined,
    context: settings.context || undefined,
    cluster: settings.cluster || undefined,
    namespace: settings.namespace || undefined,
    enableServerSideApply: isOn("enableServerSideApply", "ENABLE_SERVER_SIDE_APPLY", "true"),
    upsertExistingObjects: isOn("upsertExistingObjects", "UPSERT_EXISTING_OBJECTS"),
    enablePatchForce: isOn("enablePatchForce", "ENABLE_PATCH_FORCE"),
    enableSecretMutable: isOn("enableSecretMutable", "ENABLE_SECRET_MUTABLE"),
    enableConfigMapMutable: isOn("enableConfigMapMutable", "ENABLE_CONFIGMAP_MUTABLE"),
    deleteUnreachable: isOn("deleteUnreachable", "DELETE_UNREACHABLE"),
  };
}

/** Connects, or notes why that fails: previews of single objects need no cluster. */
export async function openCluster(
  settings: ClusterSettings,
  cancelled: AbortSignal,
): Promise<Cluster> {
  const unreached = { settings, cancelled, namespace: settings.namespace ?? "default" };
  try {
    const address = readKubeconfig(settings);
    const api = createApiServer(address, clientTimeoutMs());
    const opening = createApiServer(address, clientTimeoutMs() ?? discoveryTimeoutMs);
    // As the real one does: which version it is may stay unknown, what it serves may not.
    const answer = await opening.request({ method: "GET", path: "/version" }).catch(() => ({}));
    await opening.request({ method: "GET", path: "/apis" });
    return {
      ...unreached,
      namespace: settings.namespace ?? (address.namespace || "default"),
      connection: {
        api,
        discovery: createDiscovery(api),
        version: textAt(answer, "gitVersion") ?? "",
      },
      unreachable: undefined,
    };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { ...unreached, connection: undefined, unreachable: reason };
  }
}

/**
 * What its client waits for an answer, where a user says so; of itself only the discovery that it
 * begins with ends, each of two requests.
 * @see https://github.com/kubernetes/client-go/blob/v0.36.2/discovery/discovery_client.go `defaultTimeout`
 */
function clientTimeoutMs(): number | undefined {
  const seconds = process.env.PULUMI_K8S_CLIENT_TIMEOUT;
  return seconds ? Number(seconds) * 1000 : undefined;
}

const discoveryTimeoutMs = 32_000;

/** @throws if the cluster cannot be reached. */
export function connectionOf(cluster: Cluster): ClusterConnection {
  if (cluster.connection) return cluster.connection;
  throw new Error(`configured Kubernetes cluster is unreachable: ${cluster.unreachable}`);
}
