import { type Cluster, clusterSettings } from "./cluster.ts";
import type { ApiResource } from "./discovery.ts";

/** A cluster that serves a few kinds and answers no request. */
export function fixtureCluster(namespace = "default"): Cluster {
  const kinds: readonly ApiResource[] = [
    { apiVersion: "v1", kind: "Secret", plural: "secrets", namespaced: true },
    { apiVersion: "v1", kind: "ConfigMap", plural: "configmaps", namespaced: true },
    { apiVersion: "v1", kind: "Namespace", plural: "namespaces", namespaced: false },
  ];
  return {
    settings: clusterSettings({}),
    cancelled: new AbortController().signal,
    namespace,
    unreachable: undefined,
    connection: {
      version: "v1.36.3",
      api: { request: () => Promise.reject(new Error("The fixture cluster answers nothing.")) },
      discovery: {
        find: async (apiVersion, kind) =>
          kinds.find((served) => served.apiVersion === apiVersion && served.kind === kind),
      },
    },
  };
}
