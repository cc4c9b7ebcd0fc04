import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { KubeConfig } from "@kubernetes/client-node";
import { ConnectError } from "@opconnect/core";

/** Which cluster is meant. */
export interface ClusterAccess {
  /**
   * Path of a kubeconfig file, or its content.
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
  const client = await import("@kubernetes/client-node");
  const config = new client.KubeConfig();
  const origin = originOf(kubeconfig);
  if (origin.path !== undefined && !existsSync(origin.path)) {
    throw invalid(
      `${origin.name} does not exist.`,
      "Pass the path of a kubeconfig file or its content.",
    );
  }
  try {
    if (kubeconfig === undefined) config.loadFromDefault();
    else if (origin.path === undefined) config.loadFromString(kubeconfig);
    else config.loadFromFile(origin.path);
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
      "Set KUBECONFIG, or pass `kubeconfig`.",
    );
  }
  selectContext(config, context, origin.name);
  return config;
}

/** How to call a kubeconfig in an error, and its path if it is in a file that is named. */
function originOf(kubeconfig: string | undefined): { name: string; path?: string } {
  if (kubeconfig === undefined) return { name: "The ambient kubeconfig" };
  if (/\n|^\s*\{|apiVersion/.test(kubeconfig)) return { name: "The kubeconfig passed as content" };
  const path = kubeconfig.replace(/^~(?=[/\\]|$)/, homedir());
  return { name: `The kubeconfig ${JSON.stringify(kubeconfig)}`, path };
}

/** The client's own last resort, an unprotected port of this machine, is never meant. */
function isFallback(config: KubeConfig): boolean {
  const hasFile = Boolean(process.env.KUBECONFIG) || existsSync(join(homedir(), ".kube", "config"));
  return !hasFile && config.getCurrentCluster()?.server === "http://localhost:8080";
}

function selectContext(config: KubeConfig, context: string | undefined, name: string): void {
  const contexts = config.getContexts().map((known) => known.name);
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
