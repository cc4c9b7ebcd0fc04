import { createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import {
  CoordinationV1Api,
  CoreV1Api,
  DiscoveryV1Api,
  KubeConfig,
  type V1EndpointSlice,
  type V1Service,
} from "@kubernetes/client-node";
import { createClusterObjects } from "./cluster-objects.ts";
import { findIsolation } from "./container/isolation.ts";
import { type Followed, followObjects } from "./follow-objects.ts";
import { keepNode } from "./node-object.ts";
import { followPods } from "./pod/table.ts";
import { servePortForward } from "./port-forward.ts";
import { pullOnce } from "./pull-once.ts";
import { claimLoopbackRange } from "./services/loopback-range.ts";
import { createServiceTable } from "./services/table.ts";

export interface PodsOptions {
  /** Path of a kubeconfig that may do everything. Its server is where pods find the API. */
  readonly kubeconfig: string;
  /** Private folder for what pods need on this machine. No Secret is ever in it. */
  readonly dir: string;
  /** Folder for `<namespace>_<pod>_<container>.log`, and `pods.log` on what was started and why. */
  readonly logDir: string;
  /** Environment of the rig. Containers get OPCONNECT_SANDBOX_HOME of it, where they need it. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Finds the program that stands for the operator's image of a tag; fails where there is none. */
  readonly pullOperator: (tag: string) => Promise<string>;
  /** `dist/bundled.js` of @opconnect/sandbox. */
  readonly sandboxCli: string;
}

export interface Pods {
  /** Ends all containers. The pods stay in the API server as they are. */
  stop(): Promise<void>;
}

/**
 * Stands in for scheduler, kubelet, kube-proxy and cluster DNS: runs the cluster's pods as processes
 * of this machine, each container in mount and PID namespaces of its own, and keeps their status
 * true. All of it ends with this process, however that ends.
 *
 * Needs from the control plane:
 * - kube-controller-manager with its EndpointSlice, Deployment, ReplicaSet, ServiceAccount and
 *   namespace controllers, and `--root-ca-file`: without the ConfigMap `kube-root-ca.crt` that comes
 *   of it, no pod with a ServiceAccount token starts.
 * - Off: `node-lifecycle-controller` and `taint-eviction-controller`, which would evict all pods once
 *   this machine was asleep for a minute. They may stay on otherwise: the node's lease is renewed.
 *   Of no use: `node-ipam-controller`, and kube-scheduler, since pods are bound here.
 * - An API server with a certificate for the host name in `kubeconfig`.
 * @throws an Error with the remedy where this machine allows no namespaces, or a port is taken.
 */
export async function startPods(options: PodsOptions): Promise<Pods> {
  const { kubeconfig, dir, logDir, env, pullOperator, sandboxCli } = options;
  const isolation = findIsolation();
  await mkdir(dir, { recursive: true, mode: 0o700 });
  await mkdir(logDir, { recursive: true });
  const journal = createWriteStream(join(logDir, "pods.log"), { flags: "a" });
  const log = (line: string) => {
    if (!journal.writableEnded) journal.write(`${new Date().toISOString()} ${line}\n`);
  };
  const kubeConfig = new KubeConfig();
  kubeConfig.loadFromFile(kubeconfig);
  const core = kubeConfig.makeApiClient(CoreV1Api);
  const discovery = kubeConfig.makeApiClient(DiscoveryV1Api);
  const range = await claimLoopbackRange();
  const services = createServiceTable({ range, folder: join(dir, "hosts"), log });
  const { toLoopback } = range;
  const forwarding = await servePortForward({ core, kubeconfig, toLoopback, log });
  const coordination = kubeConfig.makeApiClient(CoordinationV1Api);
  const releaseNode = await keepNode(core, coordination, forwarding.port, log);

  const update = () => services.update(serviceList?.list() ?? [], sliceList?.list() ?? []);
  const follow = { changed: update, deleted: update, log };
  let serviceList: Followed<V1Service> | undefined;
  let sliceList: Followed<V1EndpointSlice> | undefined;
  serviceList = await followObjects<V1Service>(kubeConfig, {
    ...follow,
    path: "/api/v1/services",
    list: () => core.listServiceForAllNamespaces(),
  });
  sliceList = await followObjects<V1EndpointSlice>(kubeConfig, {
    ...follow,
    path: "/apis/discovery.k8s.io/v1/endpointslices",
    list: () => discovery.listEndpointSliceForAllNamespaces(),
  });
  update();
  const pods = await followPods(kubeConfig, {
    core,
    objects: createClusterObjects(core),
    images: {
      findOperator: pullOnce(pullOperator, log),
      sandboxCli,
      sandboxHome: env.OPCONNECT_SANDBOX_HOME ?? "",
    },
    range,
    services,
    isolation,
    apiServer: describeApiServer(kubeConfig),
    folder: join(dir, "pods"),
    logFolder: logDir,
    log,
  });

  return {
    async stop() {
      await Promise.all([pods.stop(), serviceList.stop(), sliceList.stop()]);
      releaseNode();
      forwarding.close();
      services.close();
      range.close();
      await new Promise<void>((resolve) => journal.end(resolve));
    },
  };
}

function describeApiServer(kubeConfig: KubeConfig): Record<string, string> {
  const { hostname, port } = new URL(kubeConfig.getCurrentCluster()?.server ?? "");
  return {
    KUBERNETES_SERVICE_HOST: hostname.replace(/^\[|\]$/g, ""),
    KUBERNETES_SERVICE_PORT: port || "443",
    KUBERNETES_SERVICE_PORT_HTTPS: port || "443",
  };
}
