import { Worker } from "node:worker_threads";

/** A process seen while sampling, with its arguments and its environment. */
export interface SampledProcess {
  readonly pid: number;
  readonly commandLine: string;
  readonly environment: string;
}

/** Watches all processes of this machine. */
export interface ProcessSampler {
  stop(): Promise<readonly SampledProcess[]>;
}

/**
 * Samples arguments and environments of all processes every few milliseconds, in a thread of its
 * own. Processes that were there before count as well.
 */
export async function startProcessSampler(): Promise<ProcessSampler> {
  const worker = new Worker(new URL("./process-sampler-worker.ts", import.meta.url));
  await new Promise((resolve, reject) => {
    worker.once("message", resolve);
    worker.once("error", reject);
  });
  return {
    async stop() {
      const result = new Promise<readonly SampledProcess[]>((resolve, reject) => {
        worker.once("message", resolve);
        worker.once("error", reject);
      });
      worker.postMessage("stop");
      const processes = await result;
      await worker.terminate();
      return processes;
    },
  };
}
