import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { startProcess } from "../processes/start-process.ts";
import { waitUntilReady } from "../processes/wait-until-ready.ts";
import { isPathOk } from "./cluster-request.ts";
import type { ServiceAccountKeys } from "./service-account-keys.ts";
import type { PartFolders } from "./start-control-plane.ts";

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
  { logDir, started }: PartFolders,
): Promise<void> {
  const manager = startProcess({
    name: "kube-controller-manager",
    command: program,
    args: [
      `--kubeconfig=${kubeconfig}`,
      `--controllers=${CONTROLLERS.join(",")}`,
      "--use-service-account-credentials=true",
      `--service-account-private-key-file=${keys.privateKey}`,
      `--root-ca-file=${certificate}`,
      "--leader-elect=false",
      "--secure-port=0",
    ],
    env: { PATH: process.env.PATH },
    logFile: join(logDir, "kube-controller-manager.log"),
  });
  started.push(manager);
  const ca = await readFile(certificate);
  // Nothing creates this account but a controller that runs.
  const probe = "/api/v1/namespaces/default/serviceaccounts/default";
  await waitUntilReady(manager, () =>
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
