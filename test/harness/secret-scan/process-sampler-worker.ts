import { readdirSync, readFileSync } from "node:fs";
import { parentPort } from "node:worker_threads";
import type { SampledProcess } from "./process-sampler.ts";

const intervalMs = 4;

/** A process is looked at until it had time to `exec`, and now and then afterwards. */
const looksToSettle = 50;
const looksBetween = 250;

const seen = new Map<string, SampledProcess>();
const looks = new Map<number, number>();

const timer = setInterval(sample, intervalMs);
sample();
parentPort?.postMessage("started");
parentPort?.once("message", () => {
  clearInterval(timer);
  sample();
  parentPort?.postMessage([...seen.values()]);
});

function sample(): void {
  const pids = readdirSync("/proc").map(Number).filter(Number.isInteger);
  for (const pid of pids) {
    const count = looks.get(pid) ?? 0;
    looks.set(pid, count + 1);
    if (count < looksToSettle || count % looksBetween === 0) look(pid);
  }
  // The number of an ended process may be given to a new one.
  const alive = new Set(pids);
  for (const pid of looks.keys()) if (!alive.has(pid)) looks.delete(pid);
}

function look(pid: number): void {
  const commandLine = read(`/proc/${pid}/cmdline`);
  if (commandLine === "") return;
  const environment = read(`/proc/${pid}/environ`);
  const key = `${pid}\0${commandLine}\0${environment}`;
  if (seen.has(key)) return;
  seen.set(key, { pid, args: words(commandLine), environment: words(environment) });
}

function words(text: string): readonly string[] {
  return text.replace(/\0$/, "").split("\0");
}

/** Empty for kernel threads, for processes that have just ended, and for what is closed to us. */
function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
