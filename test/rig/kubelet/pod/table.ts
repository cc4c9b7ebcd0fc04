import { ApiException, type KubeConfig, type V1Pod } from "@kubernetes/client-node";
import { describeFailure } from "../api-failure.ts";
import { type Followed, followObjects } from "../follow-objects.ts";
import { NODE_NAME } from "../node-object.ts";
import { type PodHost, type PodWorker, startPod } from "./worker.ts";

/** Binds, starts and ends the cluster's pods as they come and go. */
export async function followPods(
  kubeConfig: KubeConfig,
  host: PodHost,
): Promise<{ stop(): Promise<void> }> {
  const { core, log } = host;
  const workers = new Map<string, PodWorker>();
  /** Pods that a request is under way for. */
  const busy = new Set<string>();
  let stopped = false;
  let pods: Followed<V1Pod> | undefined;

  function handle(pod: V1Pod): void {
    const { uid = "", deletionTimestamp } = pod.metadata ?? {};
    const { phase } = pod.status ?? {};
    if (stopped || busy.has(uid)) return;
    if (pod.spec?.nodeName === undefined) occupy(pod, bind(pod));
    else if (pod.spec.nodeName !== NODE_NAME) return;
    else if (deletionTimestamp) occupy(pod, finish(pod));
    else if (!workers.has(uid) && phase !== "Succeeded" && phase !== "Failed") {
      workers.set(uid, startPod(pod, host));
    }
  }

  /** Does one thing to a pod at a time. What fails is tried again at the next look. */
  function occupy(pod: V1Pod, work: Promise<void>): void {
    const { uid = "", name = "", namespace } = pod.metadata ?? {};
    busy.add(uid);
    const failed = (error: unknown) => {
      busy.delete(uid);
      const outdated = error instanceof ApiException && [404, 409].includes(error.code);
      if (!outdated && !stopped) log(`${namespace}/${name}: ${describeFailure(error)}`);
    };
    const done = () => {
      busy.delete(uid);
      // What the watch brought meanwhile was passed over.
      const current = pods?.find(name, namespace);
      if (current && current !== pod) handle(current);
    };
    work.then(done, failed);
  }

  async function bind({ metadata }: V1Pod): Promise<void> {
    const { namespace = "", name = "", uid = "" } = metadata ?? {};
    const target = { apiVersion: "v1", kind: "Node", name: NODE_NAME };
    const body = { metadata: { name, uid }, target };
    await core.createNamespacedPodBinding({ namespace, name, body });
  }

  async function finish({ metadata }: V1Pod): Promise<void> {
    const { namespace = "", name = "", uid = "" } = metadata ?? {};
    await workers.get(uid)?.end();
    const body = { gracePeriodSeconds: 0, preconditions: { uid } };
    await core.deleteNamespacedPod({ namespace, name, body });
  }

  async function forget(uid: string): Promise<void> {
    const worker = workers.get(uid);
    workers.delete(uid);
    await worker?.end();
  }

  const followed = await followObjects<V1Pod>(kubeConfig, {
    path: "/api/v1/pods",
    list: () => core.listPodForAllNamespaces(),
    changed: handle,
    deleted: ({ metadata }) => void forget(metadata?.uid ?? ""),
    log,
  });
  pods = followed;
  // Requests fail, and watches miss a pod that was replaced by one of the same name.
  const resync = setInterval(() => {
    const present = followed.list();
    const uids = new Set(present.map(({ metadata }) => metadata?.uid ?? ""));
    for (const uid of workers.keys()) {
      if (!uids.has(uid)) void forget(uid);
    }
    for (const pod of present) handle(pod);
  }, RESYNC_MS);
  resync.unref();

  return {
    async stop() {
      stopped = true;
      clearInterval(resync);
      await followed.stop();
      await Promise.all([...workers.values()].map((worker) => worker.end()));
    },
  };
}

const RESYNC_MS = 2000;
