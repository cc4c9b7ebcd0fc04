import { readdirSync, readFileSync } from "node:fs";
import { parentPort } from "node:worker_threads";
import type { SampledProcess } from "./process-sampler.ts";

const intervalMs = 5;

/** A process is looked at until it had time to `exec`, and now and then afterwards. */
const ticksToSettle = 40;
const ticksBetweenLooks = 400;

const seen = new Map<string, SampledProcess>();
const firstTick = new Map<number, number>();
let tick = 0;

const timer = setInterval(sample, intervalMs);
sample();
parentPort?.postMessage("started");
parentPort?.once("message", () => {
  clearInterval(timer);
  sample();
  parentPort?.postMessage([...seen.values()]);
});

function sample(): void {
  tick += 1;
  const pids = readdirSync("/proc").map(Number).filter(Number.isInteger);
  for (const pid of pids) {
    const age = tick - (firstTick.get(pid) ?? tick);
    if (age === 0) firstTick.set(pid, tick);
    if (age > ticksToSettle && age % ticksBetweenLooks !== 0) continue;
    const commandLine = read(`/proc/${pid}/cmdline`);
    if (commandLine === "") continue;
    const environment = read(`/proc/${pid}/environ`);
    seen.set(`${pid} ${commandLine} ${environment}`, { pid, commandLine, environment });
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}
