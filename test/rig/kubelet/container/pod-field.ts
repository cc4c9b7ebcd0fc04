import type { V1Pod } from "@kubernetes/client-node";
import { Waiting } from "../waiting.ts";

/** What a kubelet knows of a pod before the API server does. */
export interface PodAddress {
  readonly podIp: string;
  readonly hostIp: string;
}

/**
 * Reads a field of a pod for the downward API, e.g. `metadata.name` or `metadata.labels['app']`.
 * @throws Waiting for a field that the downward API does not offer.
 */
export function readPodField(pod: V1Pod, { podIp, hostIp }: PodAddress, path: string): string {
  const { metadata = {}, spec } = pod;
  const entry = /^metadata\.(labels|annotations)\['(.+)'\]$/.exec(path);
  if (entry !== null) {
    const [, map, key = ""] = entry;
    return (map === "labels" ? metadata.labels : metadata.annotations)?.[key] ?? "";
  }
  const fields: Readonly<Record<string, string>> = {
    "metadata.name": metadata.name ?? "",
    "metadata.namespace": metadata.namespace ?? "",
    "metadata.uid": metadata.uid ?? "",
    "metadata.labels": renderMap(metadata.labels),
    "metadata.annotations": renderMap(metadata.annotations),
    "spec.nodeName": spec?.nodeName ?? "",
    "spec.serviceAccountName": spec?.serviceAccountName ?? "",
    "status.hostIP": hostIp,
    "status.hostIPs": hostIp,
    "status.podIP": podIp,
    "status.podIPs": podIp,
  };
  const value = fields[path];
  if (value !== undefined) return value;
  throw new Waiting("CreateContainerConfigError", `unsupported fieldPath: ${path}`);
}

function renderMap(map: Readonly<Record<string, string>> = {}): string {
  const lines = Object.entries(map).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
  return lines.sort().join("\n");
}
