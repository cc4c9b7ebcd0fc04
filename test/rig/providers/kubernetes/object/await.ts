import { setTimeout as sleep } from "node:timers/promises";
import { type PropertyMap, textAt } from "../../property-value.ts";
import { ApiError } from "../api-server.ts";
import { type Cluster, connectionOf } from "../cluster.ts";
import { annotationOf } from "./kubernetes-object.ts";
import { missingInEndpoints, missingInRollout } from "./readiness.ts";

/** An object at its path, and how long to wait for it. */
export interface AwaitedObject {
  readonly path: string;
  readonly object: PropertyMap;
  /** The user's `customTimeouts`, 0 if not set. */
  readonly timeoutSeconds: number;
}

/** How a wait ended: with what is missing if the time was up. */
export interface AwaitOutcome {
  readonly live: PropertyMap;
  readonly missing?: string;
}

/** Waits until an object is ready. */
export async function awaitReady(cluster: Cluster, awaited: AwaitedObject): Promise<AwaitOutcome> {
  const { api } = connectionOf(cluster);
  const deadline = deadlineOf(awaited);
  let live = awaited.object;
  for (;;) {
    const missing = await whatIsMissing(cluster, live);
    if (missing === undefined) return { live };
    const name = textAt(live, "metadata", "name");
    if (Date.now() > deadline) {
      return { live, missing: `'${name}' timed out waiting to be Ready: ${missing}` };
    }
    if (cluster.cancelled.aborted) {
      return { live, missing: `Resource operation was cancelled for "${name}": ${missing}` };
    }
    await pause(cluster);
    live = await api.request({ method: "GET", path: awaited.path });
  }
}

/**
 * Says what an object still waits for; undefined once it is ready, for kinds that nothing waits for
 * (namespaces, definitions, custom resources), or if it is annotated with `pulumi.com/skipAwait`.
 */
export async function whatIsMissing(
  cluster: Cluster,
  object: PropertyMap,
): Promise<string | undefined> {
  if (annotationOf(object, "pulumi.com/skipAwait") === "true") return undefined;
  switch (`${textAt(object, "apiVersion")}/${textAt(object, "kind")}`) {
    case "apps/v1/Deployment":
      return missingInRollout(object);
    case "v1/Service": {
      const [name, namespace] = ["name", "namespace"].map((key) => textAt(object, "metadata", key));
      const path = `/api/v1/namespaces/${namespace}/endpoints/${name}`;
      return missingInEndpoints(object, await findObject(cluster, path));
    }
    default:
      return undefined;
  }
}

/** Waits until an object is gone, finalizers and all. */
export async function awaitDeleted(
  cluster: Cluster,
  awaited: AwaitedObject,
): Promise<Required<AwaitOutcome> | undefined> {
  const deadline = deadlineOf(awaited);
  for (;;) {
    const live = await findObject(cluster, awaited.path);
    if (!live) return undefined;
    if (Date.now() > deadline) return { live, missing: "timed out waiting for the condition" };
    if (cluster.cancelled.aborted) return { live, missing: "context canceled" };
    await pause(cluster);
  }
}

/** The live object, or undefined if there is none. */
export async function findObject(cluster: Cluster, path: string): Promise<PropertyMap | undefined> {
  try {
    return await connectionOf(cluster).api.request({ method: "GET", path });
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/** Whether the API server knows no such object, namespace or kind. */
export function isNotFound(error: unknown): boolean {
  return error instanceof ApiError && error.status === 404;
}

function deadlineOf({ object, timeoutSeconds }: AwaitedObject): number {
  const annotated = Number(annotationOf(object, "pulumi.com/timeoutSeconds") ?? 0);
  return Date.now() + (timeoutSeconds || annotated || defaultTimeoutSeconds) * 1000;
}

async function pause(cluster: Cluster): Promise<void> {
  // A cancelled pause ends early; the loop then sees the cancellation itself.
  await sleep(pollMs, undefined, { signal: cluster.cancelled }).catch(() => undefined);
}

const defaultTimeoutSeconds = 600;
const pollMs = 250;
