import { setTimeout as sleep } from "node:timers/promises";
import type { PropertyMap } from "../../property-value.ts";
import { ApiError } from "../api-server.ts";
import { type Cluster, connectionOf } from "../cluster.ts";
import { annotationOf } from "./kubernetes-object.ts";
import { whatIsMissing } from "./readiness.ts";

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

/** Waits until an object is ready, unless it is annotated with `pulumi.com/skipAwait`. */
export async function awaitReady(cluster: Cluster, awaited: AwaitedObject): Promise<AwaitOutcome> {
  const { api } = connectionOf(cluster);
  let live = awaited.object;
  if (annotationOf(live, "pulumi.com/skipAwait") === "true") return { live };
  const deadline = deadlineOf(awaited);
  for (;;) {
    const missing = whatIsMissing(live);
    if (missing === undefined) return { live };
    if (Date.now() > deadline) return { live, missing };
    if (cluster.cancelled.aborted)
      return { live, missing: `${missing}, and the wait was cancelled` };
    await pause(cluster);
    live = await api.request({ method: "GET", path: awaited.path });
  }
}

/** Waits until an object is gone, finalizers and all. */
export async function awaitDeleted(
  cluster: Cluster,
  awaited: AwaitedObject,
): Promise<AwaitOutcome | undefined> {
  const deadline = deadlineOf(awaited);
  for (;;) {
    const live = await findObject(cluster, awaited.path);
    if (!live) return undefined;
    if (Date.now() > deadline) return { live, missing: "it still exists" };
    if (cluster.cancelled.aborted) return { live, missing: "the wait was cancelled" };
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
