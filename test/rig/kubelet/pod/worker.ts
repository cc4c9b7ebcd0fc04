import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { CoreV1Api, V1Container, V1Pod } from "@kubernetes/client-node";
import type { ClusterObjects } from "../cluster-objects.ts";
import type { ImageSources } from "../container/image-program.ts";
import { prepareContainer } from "../container/prepare.ts";
import { runContainer } from "../container/run.ts";
import { type ContainerProcess, startContainer } from "../container/start.ts";
import { NODE_ADDRESS } from "../node-object.ts";
import type { LoopbackRange } from "../services/loopback-range.ts";
import type { ServiceTable } from "../services/table.ts";
import type { ContainerView } from "./status.ts";
import { createStatusWriter } from "./status-writer.ts";

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
  const writeStatus = createStatusWriter({
    core: host.core,
    pod,
    address: { podIp: address.shown, hostIp: NODE_ADDRESS },
    views,
    signal: ending.signal,
    log: host.log,
  });

  async function start(container: V1Container): Promise<ContainerProcess | "idle"> {
    const entry = await prepareContainer({
      pod,
      container,
      address,
      objects: host.objects,
      images: host.images,
      service: host.apiServer,
      hostsFile: host.services.hostsFile(namespace),
      podFolder,
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
        writeStatus();
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

function describe({ state, ready, restartCount }: ContainerView): string {
  const { waiting, terminated } = state;
  const restarts = restartCount === 0 ? "" : `, restart ${restartCount}`;
  if (waiting) return `waiting, ${waiting.reason} ${waiting.message ?? ""}${restarts}`;
  if (terminated) return `terminated, exit code ${terminated.exitCode}${restarts}`;
  return `running, ${ready ? "ready" : "not ready"}${restarts}`;
}
