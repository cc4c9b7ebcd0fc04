import { readFileSync } from "node:fs";
import { stringify } from "yaml";

/** Kubeconfig with one context, `opconnect-rig`. */
export function renderKubeconfig(
  cluster: { readonly url: string; readonly certificate: string },
  user: string,
  token: string,
): string {
  const certificate = readFileSync(cluster.certificate).toString("base64");
  return stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [
      {
        name: CONTEXT,
        cluster: { server: cluster.url, "certificate-authority-data": certificate },
      },
    ],
    users: [{ name: user, user: { token } }],
    contexts: [{ name: CONTEXT, context: { cluster: CONTEXT, user } }],
    "current-context": CONTEXT,
  });
}

const CONTEXT = "opconnect-rig";
