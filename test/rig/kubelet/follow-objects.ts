import {
  type KubeConfig,
  type KubernetesListObject,
  type KubernetesObject,
  makeInformer,
  type ObjectCache,
} from "@kubernetes/client-node";
import { describeFailure } from "./api-failure.ts";

export interface FollowOptions<T extends KubernetesObject> {
  readonly path: string;
  readonly list: () => Promise<KubernetesListObject<T>>;
  readonly changed: (object: T) => void;
  readonly deleted: (object: T) => void;
  readonly log: (line: string) => void;
}

export interface Followed<T> {
  list(): readonly T[];
  find(name: string, namespace?: string): T | undefined;
  stop(): Promise<void>;
}

/** Watches all objects of a kind, and goes on after every failure. */
export async function followObjects<T extends KubernetesObject>(
  kubeConfig: KubeConfig,
  { path, list, changed, deleted, log }: FollowOptions<T>,
): Promise<Followed<T>> {
  const informer = makeInformer<T>(kubeConfig, path, list);
  let stopped = false;
  informer.on("add", changed);
  informer.on("update", changed);
  informer.on("delete", deleted);
  informer.on("error", (error: unknown) => {
    if (stopped) return;
    log(`The watch of ${path} ended: ${describeFailure(error)}`);
    setTimeout(() => {
      if (!stopped) void informer.start();
    }, 500).unref();
  });
  await informer.start();
  const cache: ObjectCache<T> = informer;
  return {
    list: () => cache.list(),
    find: (name, namespace) => cache.get(name, namespace),
    async stop() {
      stopped = true;
      await informer.stop();
    },
  };
}
