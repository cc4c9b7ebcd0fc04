import type {
  V1ContainerState,
  V1ContainerStatus,
  V1Pod,
  V1PodCondition,
  V1PodStatus,
} from "@kubernetes/client-node";
import type { PodAddress } from "../container/pod-field.ts";

/** A container as its pod's status shows it. */
export interface ContainerView {
  readonly state: V1ContainerState;
  readonly lastState: V1ContainerState;
  readonly ready: boolean;
  readonly restartCount: number;
}

export interface StatusRequest {
  readonly pod: V1Pod;
  readonly address: PodAddress;
  readonly startTime: Date;
  readonly views: ReadonlyMap<string, ContainerView>;
  /** Conditions as last written: one that stays the same keeps its time. */
  readonly previous: readonly V1PodCondition[];
}

/** Renders a pod's status from its containers, as a kubelet does. */
export function renderStatus(
  request: StatusRequest,
): V1PodStatus & { conditions: V1PodCondition[] } {
  const { pod, address, startTime, views, previous } = request;
  const containerStatuses = (pod.spec?.containers ?? []).map(({ name, image = "" }) =>
    renderContainer(name, image, views.get(name)),
  );
  const phase = findPhase(containerStatuses);
  const unready = containerStatuses.filter(({ ready }) => !ready).map(({ name }) => name);
  const finished = phase === "Succeeded" || phase === "Failed";
  const readiness: Omit<V1PodCondition, "type"> =
    unready.length === 0
      ? { status: "True" }
      : {
          status: "False",
          reason: finished
            ? `Pod${phase === "Failed" ? "Failed" : "Completed"}`
            : "ContainersNotReady",
          message: `containers with unready status: [${unready.join(" ")}]`,
        };
  const conditions = [
    { type: "PodReadyToStartContainers", status: "True" },
    { type: "Initialized", status: "True" },
    { type: "ContainersReady", ...readiness },
    { type: "Ready", ...readiness },
  ].map((condition) => keepTime(condition, previous));
  return {
    phase,
    conditions,
    containerStatuses,
    startTime,
    hostIP: address.hostIp,
    podIP: address.podIp,
    podIPs: [{ ip: address.podIp }],
  };
}

function renderContainer(
  name: string,
  image: string,
  view: ContainerView | undefined,
): V1ContainerStatus {
  const { state = {}, lastState = {}, ready = false, restartCount = 0 } = view ?? {};
  const started = state.running !== undefined;
  const containerID = `rig://${name}/${restartCount}`;
  return {
    name,
    image,
    imageID: image,
    containerID,
    state,
    lastState,
    ready,
    restartCount,
    started,
  };
}

function findPhase(containers: readonly V1ContainerStatus[]): string {
  const neverStarted = containers.some(
    ({ state, lastState }) => state?.waiting && !lastState?.terminated,
  );
  if (neverStarted) return "Pending";
  if (!containers.every(({ state }) => state?.terminated)) return "Running";
  return containers.every(({ state }) => state?.terminated?.exitCode === 0)
    ? "Succeeded"
    : "Failed";
}

function keepTime(condition: V1PodCondition, previous: readonly V1PodCondition[]): V1PodCondition {
  const before = previous.find(({ type }) => type === condition.type);
  const same = before?.status === condition.status ? before.lastTransitionTime : undefined;
  return { ...condition, lastTransitionTime: same ?? new Date() };
}
