import { rm } from "node:fs/promises";
import { join } from "node:path";
import {
  ApiException,
  type CoreV1Api,
  PatchStrategy,
  setHeaderOptions,
  type V1Container,
  type V1Pod,
  type V1PodCondition,
} from "@kubernetes/client-node";
import { describeFailure } from "./api-failure.ts";
import type { ClusterObjects } from "./cluster-objects.ts";
import type { ImageSources } from "./image-program.ts";
import type { LoopbackRange } from "./loopback-range.ts";
import { NODE_ADDRESS } from "./node-object.ts";
import { type ContainerView, renderStatus } from "./pod-status.ts";
import { prepareContainer } from "./prepare-container.ts";
import { pause } from "./readiness.ts";
import { runContainer } from "./run-container.ts";
import type { ServiceTable } from "./service-table.ts";
import { type ContainerProcess, startContainer } from "./start-container.ts";

/** What pods run on. */
export interface PodHost {
  readonly core: CoreV1Api;
  readonly objects: ClusterObjects;
  readonly images: ImageSources;
  readonly range: LoopbackRange;
  readonly services: ServiceTable;
  readonly isolation: readonly string[];
  /** Variables that name the API server. */
  readonly apiServer: Readonly<Record<string, string>>;
  readonly folder: string;
  readonly logFolder: string;
  readonly log: (line: string) => void;
}

export interface PodWorker {
  /** Ends all containers and forgets the pod. */
  end(): Promise<void>;
}

/** Runs a pod's containers and keeps its status true. */
export function startPod(pod: V1Pod, host: PodHost): PodWorker {
  const { namespace = "", name = "", uid = "" } = pod.metadata ?? {};
  const { containers = [], restartPolicy = "Always" } = pod.spec ?? {};
  const address = host.range.allocate();
  const podFolder = join(host.folder, uid);
  const ending = new AbortController();
  const views = new Map<string, ContainerView>();
  const report = createReporter(pod, address.shown, views, host, ending.signal);

  async function start(container: V1Container): Promise<ContainerProcess | "idle"> {
    const hostsFile = host.services.hostsFile(namespace);
    const { objects, images, apiServer: service } = host;
    const entry = await prepareContainer({
      ...{ pod, container, address, objects, images, service, hostsFile, podFolder },
    });
    if (entry === "idle") return entry;
    const logFile = join(host.logFolder, `${namespace}_${name}_${container.name}.log`);
    return startContainer({ entry, isolation: host.isolation, logFile });
  }

  const runs = containers.map((container) =>
    runContainer({
      container,
      restartPolicy,
      address: address.loopback,
      start: () => start(container),
      signal: ending.signal,
      changed(view) {
        views.set(container.name, view);
        host.log(`${namespace}/${name} ${container.name}: ${describe(view)}`);
        report();
      },
    }),
  );
  async function end(): Promise<void> {
    ending.abort();
    await Promise.all(runs);
    host.range.release(address);
    await rm(podFolder, { recursive: true, force: true });
  }

  let ended: Promise<void> | undefined;
  return {
    end() {
      ended ??= end();
      return ended;
    },
  };
}

/** Writes the status one patch at a time; what changes meanwhile goes into the next. */
function createReporter(
  pod: V1Pod,
  podIp: string,
  views: ReadonlyMap<string, ContainerView>,
  { core, log }: PodHost,
  signal: AbortSignal,
): () => void {
  const { namespace = "", name = "", uid } = pod.metadata ?? {};
  const address = { podIp, hostIp: NODE_ADDRESS };
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
      const options = setHeaderOptions("Content-Type", PatchStrategy.StrategicMergePatch);
      try {
        await core.patchNamespacedPodStatus({ namespace, name, body }, options);
        previous = status.conditions;
      } catch (error) {
        // Gone, or another pod of that name by now.
        if (error instanceof ApiException && (error.code === 404 || error.code === 409)) break;
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

function describe({ state, ready, restartCount }: ContainerView): string {
  const { waiting, terminated } = state;
  const restarts = restartCount === 0 ? "" : `, restart ${restartCount}`;
  if (waiting) return `waiting, ${waiting.reason} ${waiting.message ?? ""}${restarts}`;
  if (terminated) return `terminated, exit code ${terminated.exitCode}${restarts}`;
  return `running, ${ready ? "ready" : "not ready"}${restarts}`;
}
