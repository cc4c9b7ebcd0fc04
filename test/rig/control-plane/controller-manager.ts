import { readFile } from "node:fs/promises";
import type { ServiceAccountKeys } from "./service-account-keys.ts";
import { isPathOk, type PartFolders, startServer } from "./start-server.ts";

export interface ControllerManagerOptions {
  /** Its own kubeconfig file. */
  readonly kubeconfig: string;
  readonly keys: ServiceAccountKeys;
  /** PEM file of the API server's certificate, which pods get as root CA. */
  readonly certificate: string;
  readonly cluster: { readonly url: string };
  readonly adminToken: string;
}

/** Starts the controllers that matter without nodes. */
export async function startControllerManager(
  program: string,
  { kubeconfig, keys, certificate, cluster, adminToken }: ControllerManagerOptions,
  folders: PartFolders,
): Promise<void> {
  const args = [
    `--kubeconfig=${kubeconfig}`,
    `--controllers=${CONTROLLERS.join(",")}`,
    "--use-service-account-credentials=true",
    `--service-account-private-key-file=${keys.privateKey}`,
    `--root-ca-file=${certificate}`,
    "--leader-elect=false",
    "--secure-port=0",
  ];
  const ca = await readFile(certificate);
  // Nothing creates this account but a controller that runs.
  const probe = "/api/v1/namespaces/default/serviceaccounts/default";
  await startServer("kube-controller-manager", program, args, folders, () =>
    isPathOk({ url: cluster.url, certificate: ca }, probe, adminToken),
  );
}

// Those that watch nodes would delete pods which run on none that they know.
const CONTROLLERS = [
  "clusterrole-aggregation-controller",
  "deployment-controller",
  "endpoints-controller",
  "endpointslice-controller",
  "garbage-collector-controller",
  "job-controller",
  "namespace-controller",
  "replicaset-controller",
  "root-ca-certificate-publisher-controller",
  "serviceaccount-controller",
  "serviceaccount-token-controller",
  "validatingadmissionpolicy-status-controller",
];
