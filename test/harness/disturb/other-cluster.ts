import { createServer } from "node:http";
import { stringify } from "yaml";
import { listenLocally } from "../../rig/processes/listen-locally.ts";

/** A cluster that is not the rig's: nothing but its uid. */
export interface OtherCluster {
  /** Content of its kubeconfig. */
  readonly kubeconfig: string;
  stop(): Promise<void>;
}

/** Starts an API server that knows only the namespace `kube-system`, with a uid of its own. */
export async function startOtherCluster(): Promise<OtherCluster> {
  const server = createServer(({ url }, response) => {
    const isKnown = url === "/api/v1/namespaces/kube-system";
    response.writeHead(isKnown ? 200 : 404, { "content-type": "application/json" });
    response.end(JSON.stringify(isKnown ? kubeSystem : notFound));
  });
  const { url, stop } = await listenLocally(server);
  return { kubeconfig: renderKubeconfig(url), stop };
}

/** Content of a kubeconfig with the contexts `home` (the current one) and `away`. */
export function renderKubeconfig(server: string): string {
  const context = { cluster: "elsewhere", user: "nobody" };
  return stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "elsewhere", cluster: { server, "insecure-skip-tls-verify": true } }],
    users: [{ name: "nobody", user: { token: "fixture-token" } }],
    contexts: [
      { name: "home", context },
      { name: "away", context },
    ],
    "current-context": "home",
  });
}

const kubeSystem = {
  apiVersion: "v1",
  kind: "Namespace",
  metadata: { name: "kube-system", uid: "00000000-0000-4000-8000-000000000000" },
};

const notFound = { apiVersion: "v1", kind: "Status", status: "Failure", code: 404 };
