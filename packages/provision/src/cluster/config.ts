import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { ConnectError, kubeconfigContent } from "@opconnect/core";
import type { KubeConfig } from "./kubernetes-client.ts";

/** Which cluster is meant. */
export interface ClusterAccess {
  /**
   * Path of a kubeconfig file, or its content, which may be in base64 as CI systems keep it.
   * @default - the ambient one: KUBECONFIG, `~/.kube/config`, or the service account of the pod
   */
  readonly kubeconfig?: string | undefined;
  /**
   * Context of the kubeconfig.
   * @default - its current context
   */
  readonly context?: string | undefined;
}

/**
 * Loads the kubeconfig of a cluster. Loads the Kubernetes client, which takes a while.
 * @throws `CLUSTER_CONFIG_INVALID` if there is none, it cannot be read, or it has no such context.
 */
export async function loadClusterConfig({
  kubeconfig,
  context,
}: ClusterAccess): Promise<KubeConfig> {
  const client = await import("./kubernetes-client.ts");
  const config = new client.KubeConfig();
  const origin = originOf(kubeconfig);
  try {
    switch (origin.kind) {
      case "ambient":
        config.loadFromDefault();
        break;
      case "files":
        loadMerged(client, config, origin.paths);
        break;
      case "content":
        config.loadFromString(origin.content);
        break;
      case "file":
        config.loadFromFile(origin.path);
        break;
    }
  } catch {
    // The parser's message quotes the file, which may hold a client key.
    throw invalid(
      `${origin.name} is not a kubeconfig.`,
      "`kubectl config view` shows what is wrong.",
    );
  }
  if (kubeconfig === undefined && isFallback(config)) {
    throw invalid(
      "There is no kubeconfig: KUBECONFIG is not set, ~/.kube/config does not exist, and this is no pod.",
      "Set KUBECONFIG, or pass `cluster: { kubeconfig }`, also of a cluster that the same program makes.",
    );
  }
  selectContext(config, context, origin.name);
  return config;
}

/** Merges files as `kubectl` does: the first one wins. */
function loadMerged(
  { KubeConfig: Config }: typeof import("./kubernetes-client.ts"),
  config: KubeConfig,
  [first = "", ...others]: readonly string[],
): void {
  config.loadFromFile(first);
  for (const path of others) {
    const other = new Config();
    other.loadFromFile(path);
    config.mergeConfig(other, true);
  }
}

/** Where a kubeconfig is, and how to call it in an error: what is no path is never quoted. */
function originOf(kubeconfig: string | undefined) {
  if (kubeconfig === undefined) return ambientOrigin(process.env.KUBECONFIG);
  const content = kubeconfigContent(kubeconfig);
  if (content !== undefined) {
    return { kind: "content", name: "The kubeconfig passed as content", content } as const;
  }
  const path = kubeconfig.replace(/^~(?=[/\\]|$)/, homedir());
  if (existsSync(path)) {
    return { kind: "file", name: `The kubeconfig ${JSON.stringify(kubeconfig)}`, path } as const;
  }
  throw invalid(
    "What `kubeconfig` says is neither the path of a file here nor the content of one.",
    "Pass the path of a kubeconfig file, or its content, as it is or in base64. It is not shown, as it may be secret.",
  );
}

/** Whether the ambient kubeconfig is meant and there is none, as on a runner that was given none. */
export function lacksKubeconfig({ kubeconfig }: ClusterAccess): boolean {
  if (kubeconfig !== undefined || existsSync(podToken)) return false;
  const named = (process.env.KUBECONFIG ?? "").split(delimiter).filter(Boolean);
  const paths = named.length > 0 ? named : [join(homedir(), ".kube", "config")];
  return !paths.some((path) => existsSync(path));
}

/** @see https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/ */
const podToken = "/var/run/secrets/kubernetes.io/serviceaccount/token";

/** As for `kubectl`, files that are not there count for nothing where another is. */
function ambientOrigin(named: string | undefined) {
  const paths = (named ?? "").split(delimiter).filter(Boolean);
  if (paths.length === 0) {
    const isInHome = existsSync(join(homedir(), ".kube", "config"));
    const name = isInHome ? "The kubeconfig ~/.kube/config" : "The kubeconfig of this pod";
    return { kind: "ambient", name } as const;
  }
  const existing = paths.filter((path) => existsSync(path));
  const plural = existing.length > 1 ? "One of the kubeconfigs" : "The kubeconfig";
  const name = `${plural} ${existing.join(", ")}, which KUBECONFIG names,`;
  if (existing.length > 0) return { kind: "files", name, paths: existing } as const;
  throw invalid(
    `KUBECONFIG names ${paths.join(", ")}, and there is no such file.`,
    "Let it name a kubeconfig that is there, unset it for ~/.kube/config, or pass `cluster: { kubeconfig }`.",
  );
}

/** The client's own last resort, an unprotected port of this machine, is never meant. */
function isFallback(config: KubeConfig): boolean {
  const hasFile = Boolean(process.env.KUBECONFIG) || existsSync(join(homedir(), ".kube", "config"));
  return !hasFile && config.getCurrentCluster()?.server === "http://localhost:8080";
}

function selectContext(config: KubeConfig, context: string | undefined, name: string): void {
  const contexts = config
    .getContexts()
    .map((known): unknown => known.name)
    .filter((known) => typeof known === "string");
  const wanted = context ?? config.getCurrentContext();
  if (!contexts.includes(wanted)) {
    const lacks = context === undefined ? "no current context" : `no context "${context}"`;
    const available = contexts.map((known) => `"${known}"`).join(", ") || "none";
    throw invalid(
      `${name} has ${lacks}; its contexts: ${available}.`,
      "Pass one of them as `context`.",
    );
  }
  config.setCurrentContext(wanted);
  if (config.getCurrentCluster() !== null && config.getCurrentUser() !== null) return;
  throw invalid(
    `${name} has no cluster or no user for its context "${wanted}".`,
    "`kubectl config view` shows what is missing.",
  );
}

function invalid(happened: string, remedy: string): ConnectError {
  return new ConnectError("CLUSTER_CONFIG_INVALID", happened, remedy);
}
