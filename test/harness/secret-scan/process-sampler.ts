import { Worker } from "node:worker_threads";

/** A process as it was seen once, with its arguments and its environment. */
export interface SampledProcess {
  readonly pid: number;
  /** Arguments, the program's name first. */
  readonly args: readonly string[];
  /** Its environment when it started: `NAME=value` each. */
  readonly environment: readonly string[];
}

/** Watches all processes of this machine. */
export interface ProcessSampler {
  /** Ends the watch. Returns what was seen; a process that became another program counts as two. */
  stop(): Promise<readonly SampledProcess[]>;
}

/**
 * Looks at arguments and environments of all processes every few milliseconds, in a thread of its
 * own. Processes that were there before count as well. One that ends within those milliseconds may
 * be missed.
 */
export async function startProcessSampler(): Promise<ProcessSampler> {
  const worker = new Worker(new URL("./process-sampler-worker.ts", import.meta.url));
  await nextMessage(worker);
  return {
    async stop() {
      const result = nextMessage<readonly SampledProcess[]>(worker);
      worker.postMessage("stop");
      const processes = await result;
      await worker.terminate();
      return processes;
    },
  };
}

function nextMessage<T>(worker: Worker): Promise<T> {
  return new Promise((resolve, reject) => {
    worker.once("message", resolve);
    worker.once("error", reject);
  });
}
