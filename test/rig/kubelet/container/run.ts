import type { V1Container, V1ContainerStateTerminated } from "@kubernetes/client-node";
import { describeFailure } from "../api-failure.ts";
import { followReadiness } from "../pod/readiness.ts";
import type { ContainerView } from "../pod/status.ts";
import { Waiting } from "../waiting.ts";
import { pause } from "./pause.ts";
import type { ContainerProcess } from "./start.ts";

export interface ContainerRunOptions {
  readonly container: V1Container;
  readonly restartPolicy: string;
  /** Loopback address of the pod. */
  readonly address: string;
  /** Starts the container; `"idle"` for one that runs without a process. Throws {@link Waiting}. */
  readonly start: () => Promise<ContainerProcess | "idle">;
  /** Ends the container. */
  readonly signal: AbortSignal;
  readonly changed: (view: ContainerView) => void;
}

/** Runs a container until its pod ends, or it does and is not to be started again. */
export async function runContainer(options: ContainerRunOptions): Promise<void> {
  const { restartPolicy, signal, changed } = options;
  let view: ContainerView = CREATING;
  const show = (change: Partial<ContainerView>) => {
    view = { ...view, ...change };
    changed(view);
  };
  changed(view);
  for (let backoffMs = FIRST_BACKOFF_MS; !signal.aborted; backoffMs *= 2) {
    const process = await startWhenPossible(options, show);
    if (process === undefined) return;
    const terminated = await watchProcess(process, options, show);
    const exited = { ready: false, state: { terminated } };
    const succeeded = terminated.exitCode === 0 && restartPolicy === "OnFailure";
    if (signal.aborted || succeeded || restartPolicy === "Never") {
      show(exited);
      return;
    }
    const ranMs = terminated.finishedAt.getTime() - terminated.startedAt.getTime();
    if (ranMs > STABLE_MS) backoffMs = FIRST_BACKOFF_MS;
    backoffMs = Math.min(backoffMs, LONGEST_BACKOFF_MS);
    const message = `back-off ${backoffMs / 1000}s restarting failed container`;
    const waiting = { reason: "CrashLoopBackOff", message };
    show({ ready: false, lastState: { terminated }, state: { waiting } });
    await pause(backoffMs, signal);
    show({ restartCount: view.restartCount + 1 });
  }
}

type Show = (change: Partial<ContainerView>) => void;

async function startWhenPossible(
  { start, signal }: ContainerRunOptions,
  show: Show,
): Promise<ContainerProcess | "idle" | undefined> {
  let shown = "";
  while (!signal.aborted) {
    try {
      return await start();
    } catch (error) {
      const reason = error instanceof Waiting ? error.reason : "CreateContainerError";
      const message = describeFailure(error);
      if (message !== shown) show({ state: { waiting: { reason, message } } });
      shown = message;
      await pause(RETRY_MS, signal);
    }
  }
  return undefined;
}

interface Terminated extends V1ContainerStateTerminated {
  startedAt: Date;
  finishedAt: Date;
}

async function watchProcess(
  process: ContainerProcess | "idle",
  { container, address, signal }: ContainerRunOptions,
  show: Show,
): Promise<Terminated> {
  const startedAt = new Date();
  const probe = process === "idle" ? undefined : container.readinessProbe;
  show({ state: { running: { startedAt } }, ready: probe === undefined });
  const over = new AbortController();
  if (probe) {
    const changed = (ready: boolean) => show({ ready });
    const either = AbortSignal.any([signal, over.signal]);
    void followReadiness({ container, probe, address, signal: either, changed });
  }
  const asked = new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { signal: over.signal });
  });
  let exitCode = 0;
  if (process === "idle") await asked;
  else {
    void asked.then(() => process.stop(GRACE_SECONDS));
    exitCode = await process.ended;
  }
  over.abort();
  const reason = exitCode === 0 ? "Completed" : "Error";
  return { exitCode, reason, startedAt, finishedAt: new Date() };
}

const CREATING: ContainerView = {
  ready: false,
  restartCount: 0,
  state: { waiting: { reason: "ContainerCreating" } },
  lastState: {},
};

const RETRY_MS = 500;
const FIRST_BACKOFF_MS = 500;
const LONGEST_BACKOFF_MS = 10_000;
const STABLE_MS = 30_000;

/** Shorter than the 30 s of a pod: a process that does not heed SIGTERM would hold up every test. */
const GRACE_SECONDS = 2;
