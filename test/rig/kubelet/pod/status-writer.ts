import {
  ApiException,
  type CoreV1Api,
  PatchStrategy,
  setHeaderOptions,
  type V1Pod,
  type V1PodCondition,
} from "@kubernetes/client-node";
import { describeFailure } from "../api-failure.ts";
import { pause } from "../container/pause.ts";
import type { PodAddress } from "../container/pod-field.ts";
import { type ContainerView, renderStatus } from "./status.ts";

export interface StatusWriterOptions {
  readonly core: CoreV1Api;
  readonly pod: V1Pod;
  readonly address: PodAddress;
  /** By container, as they are at the time of writing. */
  readonly views: ReadonlyMap<string, ContainerView>;
  /** Ends the writing. */
  readonly signal: AbortSignal;
  readonly log: (line: string) => void;
}

/** Writes a pod's status at each call. One patch at a time: changes meanwhile go into the next. */
export function createStatusWriter(options: StatusWriterOptions): () => void {
  const { core, pod, address, views, signal, log } = options;
  const { namespace = "", name = "", uid } = pod.metadata ?? {};
  const startTime = new Date();
  let previous: readonly V1PodCondition[] = [];
  let stale = false;
  let writing = false;

  async function write(): Promise<void> {
    writing = true;
    // Containers that change in one go make one patch.
    await Promise.resolve();
    while (stale && !signal.aborted) {
      stale = false;
      const status = renderStatus({ pod, address, startTime, views, previous });
      // Else the address that a former rig gave the pod would stay beside its new one.
      const podIPs = [{ $patch: "replace" }, ...(status.podIPs ?? [])];
      const body = { metadata: { uid }, status: { ...status, podIPs } };
      const merge = setHeaderOptions("Content-Type", PatchStrategy.StrategicMergePatch);
      try {
        await core.patchNamespacedPodStatus({ namespace, name, body }, merge);
        previous = status.conditions;
      } catch (error) {
        if (error instanceof ApiException && error.code === 404) break;
        log(`${namespace}/${name}: its status was not written: ${describeFailure(error)}`);
        stale = true;
        await pause(500, signal);
      }
    }
    writing = false;
  }

  return () => {
    stale = true;
    if (!writing) void write();
  };
}
