import type * as kubernetes from "@kubernetes/client-node";
import { reportClusterErrors } from "./errors.ts";

/** Where a Secret is. */
interface SecretName {
  readonly namespace: string;
  readonly name: string;
}

/** The requests that we send to a cluster, each with a time limit and typed errors. */
export interface ClusterApi {
  /** Address of the API server. */
  readonly server: string;
  readNamespace(name: string): Promise<kubernetes.V1Namespace>;
  readSecret(secret: SecretName): Promise<kubernetes.V1Secret | undefined>;
  /**
   * Server-side apply as `opconnect`; `"conflict"` if a field belongs to somebody else and `force`
   * does not take it over.
   */
  applySecret(
    secret: kubernetes.V1Secret,
    force: boolean,
  ): Promise<kubernetes.V1Secret | "conflict">;
  /** The `OnePasswordItem` as the API server has it; `undefined` if there is none. */
  readItem(item: SecretName): Promise<unknown>;
  /** Deletes the Secret of this uid, and no later one of the same name. */
  deleteSecret(secret: SecretName, uid: string | undefined): Promise<"deleted" | "absent">;
}

const onePasswordItems = {
  group: "onepassword.com",
  version: "v1",
  plural: "onepassworditems",
} as const;

/** Owner of the fields that we apply. */
const fieldManager = "opconnect";

/** Makes the requests of one cluster. */
export async function createClusterApi(
  config: kubernetes.KubeConfig,
  timeoutMs: number,
): Promise<ClusterApi> {
  const client = await import("@kubernetes/client-node");
  const api = config.makeApiClient(client.CoreV1Api);
  const objects = config.makeApiClient(client.CustomObjectsApi);
  const server = config.getCurrentCluster()?.server ?? "";

  const timeLimit: kubernetes.ObservableMiddleware = {
    pre(request) {
      request.setSignal(AbortSignal.timeout(timeoutMs));
      return new client.Observable(Promise.resolve(request));
    },
    post: (response) => new client.Observable(Promise.resolve(response)),
  };
  const limited: kubernetes.ConfigurationOptions<kubernetes.ObservableMiddleware> = {
    middleware: [timeLimit],
    middlewareMergeStrategy: "append",
  };
  const applying = client.setHeaderOptions(
    "Content-Type",
    client.PatchStrategy.ServerSideApply,
    limited,
  );
  const report = <T>(purpose: string, work: () => Promise<T>) =>
    reportClusterErrors({ server, purpose, timeoutMs }, work);

  return {
    server,

    readNamespace: (name) =>
      report(`read the namespace ${name}`, () => api.readNamespace({ name }, limited)),

    readSecret: ({ namespace, name }) =>
      report(`read the Secret ${name} in the namespace ${namespace}`, () =>
        unless(404, undefined, () => api.readNamespacedSecret({ namespace, name }, limited)),
      ),

    readItem: ({ namespace, name }) =>
      report(`read the OnePasswordItem ${name} in the namespace ${namespace}`, () =>
        unless(404, undefined, () =>
          objects.getNamespacedCustomObject({ ...onePasswordItems, namespace, name }, limited),
        ),
      ),

    applySecret(body, force) {
      const { namespace = "", name = "" } = body.metadata ?? {};
      return report(`write the Secret ${name} in the namespace ${namespace}`, () =>
        unless(409, "conflict" as const, () =>
          api.patchNamespacedSecret({ namespace, name, body, fieldManager, force }, applying),
        ),
      );
    },

    deleteSecret: ({ namespace, name }, uid) =>
      report(`delete the Secret ${name} in the namespace ${namespace}`, () =>
        unless(404, "absent" as const, async () => {
          const body = uid === undefined ? {} : { preconditions: { uid } };
          await api.deleteNamespacedSecret({ namespace, name, body }, limited);
          return "deleted" as const;
        }),
      ),
  };
}

/** `fallback` where the API server answers with `status`. */
async function unless<T, F>(status: number, fallback: F, work: () => Promise<T>): Promise<T | F> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === status) return fallback;
    throw error;
  }
}
