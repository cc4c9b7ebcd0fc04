import type { V1ContainerStatus, V1Pod } from "../kubernetes-client.ts";

/** A pod, as far as its health goes. */
export interface PodFacts {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** Numbers of the ports of its containers, by name. */
  readonly ports: ReadonlyMap<string, number>;
  readonly createdAt: Date;
  readonly isReady: boolean;
  /** Whether it is ending, and so no longer counts. */
  readonly isLeaving: boolean;
  /** What keeps its containers from running, in the words of Kubernetes. */
  readonly troubles: readonly string[];
}

/** Reads a pod as the API server sends it. */
export function podFacts({ metadata, spec, status }: V1Pod): PodFacts {
  const { name = "", labels = {}, annotations = {}, creationTimestamp } = metadata ?? {};
  const statuses = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
  const unscheduled = (status?.conditions ?? []).filter(
    ({ type, status: held }) => type === "PodScheduled" && held === "False",
  );
  return {
    name,
    labels,
    annotations,
    ports: new Map(
      (spec?.containers ?? [])
        .flatMap(({ ports = [] }) => ports)
        .map((port) => [port.name ?? "", port.containerPort]),
    ),
    createdAt: creationTimestamp ?? new Date(0),
    isReady:
      status?.conditions?.some(({ type, status: held }) => type === "Ready" && held === "True") ??
      false,
    isLeaving: metadata?.deletionTimestamp !== undefined || isOver(status?.phase),
    troubles: [
      ...unscheduled.map(({ reason = "", message = "" }) => `${reason}: ${message}`),
      ...statuses.flatMap(trouble),
    ],
  };
}

function isOver(phase: string | undefined): boolean {
  return phase === "Succeeded" || phase === "Failed";
}

/** `ContainerCreating` and the like is no trouble: it takes a moment. */
function trouble({ name, state, lastState, restartCount }: V1ContainerStatus): readonly string[] {
  const { waiting } = state ?? {};
  const ended = state?.terminated ?? lastState?.terminated;
  const exit = ended === undefined ? "" : `, last exit code ${ended.exitCode}`;
  const restarts = restartCount === 0 ? "" : `, restarted ${restartCount} times`;
  if (waiting?.reason !== undefined && !passing.has(waiting.reason)) {
    const message = waiting.message === undefined ? "" : ` (${waiting.message})`;
    return [`container ${name}: ${waiting.reason}${message}${restarts}${exit}`];
  }
  return state?.terminated === undefined ? [] : [`container ${name} has ended${restarts}${exit}`];
}

const passing = new Set(["ContainerCreating", "PodInitializing"]);
