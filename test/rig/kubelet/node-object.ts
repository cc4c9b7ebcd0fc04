import {
  type CoordinationV1Api,
  type CoreV1Api,
  PatchStrategy,
  setHeaderOptions,
  V1MicroTime,
} from "@kubernetes/client-node";
import { describeFailure, unlessRefused } from "./api-failure.ts";

/** Name of the one node that all pods are bound to. */
export const NODE_NAME = "rig";

/** Address that pods show as their host's. */
export const NODE_ADDRESS = "10.244.0.1";

/**
 * Makes the node and keeps its lease fresh, for clusters whose node lifecycle controller is on.
 * @param kubeletPort Where the API server finds the kubelet on this machine.
 * @returns what ends the renewal.
 */
export async function keepNode(
  core: CoreV1Api,
  coordination: CoordinationV1Api,
  kubeletPort: number,
  log: (line: string) => void,
): Promise<() => void> {
  const labels = { "kubernetes.io/hostname": NODE_NAME, "kubernetes.io/os": "linux" };
  await unlessRefused(core.createNode({ body: { metadata: { name: NODE_NAME, labels } } }), 409);
  const merge = setHeaderOptions("Content-Type", PatchStrategy.StrategicMergePatch);
  const daemonEndpoints = { kubeletEndpoint: { Port: kubeletPort } };
  // Of an earlier rig on the same cluster, another address would stay.
  const addresses = [{ $patch: "replace" }, { type: "InternalIP", address: "127.0.0.1" }];
  const status = { ...STATUS, addresses, daemonEndpoints };
  await core.patchNodeStatus({ name: NODE_NAME, body: { status } }, merge);
  const lease = { name: NODE_NAME, namespace: "kube-node-lease" };
  async function renew(): Promise<void> {
    const spec = {
      holderIdentity: NODE_NAME,
      leaseDurationSeconds: 40,
      renewTime: new V1MicroTime(),
    };
    const found = await unlessRefused(coordination.readNamespacedLease(lease), 404);
    if (found) await coordination.replaceNamespacedLease({ ...lease, body: { ...found, spec } });
    else {
      const { namespace } = lease;
      await coordination.createNamespacedLease({ namespace, body: { metadata: lease, spec } });
    }
  }
  const renewOrLog = () =>
    renew().catch((error: unknown) => log(`The node's lease: ${describeFailure(error)}`));
  await renewOrLog();
  const timer = setInterval(renewOrLog, 10_000);
  timer.unref();
  return () => clearInterval(timer);
}

const ALLOCATABLE = { cpu: "8", memory: "16Gi", pods: "500" };

const STATUS = {
  capacity: ALLOCATABLE,
  allocatable: ALLOCATABLE,
  conditions: [
    {
      type: "Ready",
      status: "True",
      reason: "KubeletReady",
      message: "The rig's kubelet stand-in runs.",
      lastHeartbeatTime: new Date(),
      lastTransitionTime: new Date(),
    },
  ],
};
