import type { CoreV1Api, V1Pod, V1ServiceAccountTokenProjection } from "@kubernetes/client-node";
import { unlessRefused } from "./api-failure.ts";
import { Waiting } from "./waiting.ts";

/** Entries of a Secret or ConfigMap. */
export type Entries = ReadonlyMap<string, Buffer>;

/** What a container's environment and volumes are made from. */
export interface ClusterObjects {
  /** Entries of a Secret, `undefined` if there is none. */
  findSecret(namespace: string, name: string): Promise<Entries | undefined>;
  /** Entries of a ConfigMap, `undefined` if there is none. */
  findConfigMap(namespace: string, name: string): Promise<Entries | undefined>;
  /** A token of the pod's ServiceAccount, valid as long as the pod exists. */
  createToken(pod: V1Pod, projection: V1ServiceAccountTokenProjection): Promise<string>;
}

/** Reads them from the API server, afresh at each start of a container. */
export function createClusterObjects(core: CoreV1Api): ClusterObjects {
  return {
    async findSecret(namespace, name) {
      const secret = await unlessRefused(core.readNamespacedSecret({ namespace, name }), 404);
      return secret && decodeEntries(secret.data ?? {});
    },
    async findConfigMap(namespace, name) {
      const configMap = await unlessRefused(core.readNamespacedConfigMap({ namespace, name }), 404);
      if (configMap === undefined) return undefined;
      const texts = Object.entries(configMap.data ?? {});
      const entries = texts.map(([key, text]) => [key, Buffer.from(text)] as const);
      return new Map([...entries, ...decodeEntries(configMap.binaryData ?? {})]);
    },
    async createToken(pod, projection) {
      const namespace = pod.metadata?.namespace ?? "";
      const account = pod.spec?.serviceAccountName ?? "default";
      const request = core.createNamespacedServiceAccountToken({
        namespace,
        name: account,
        body: {
          spec: {
            audiences: projection.audience === undefined ? [] : [projection.audience],
            // With the 3607 s that admission asks for, the API server issues a token for a year, so
            // nothing here renews it.
            expirationSeconds: projection.expirationSeconds ?? 3600,
            boundObjectRef: {
              apiVersion: "v1",
              kind: "Pod",
              name: pod.metadata?.name ?? "",
              uid: pod.metadata?.uid ?? "",
            },
          },
        },
      });
      const token = (await unlessRefused(request, 404))?.status?.token;
      if (token !== undefined) return token;
      throw new Waiting("ContainerCreating", `serviceaccount "${account}" not found`);
    },
  };
}

function decodeEntries(data: Readonly<Record<string, string>>): Entries {
  const entries = Object.entries(data);
  return new Map(entries.map(([key, value]) => [key, Buffer.from(value, "base64")]));
}
