import type { V1Container, V1Probe } from "@kubernetes/client-node";
import { pause } from "../container/pause.ts";
import { runProbe } from "./probe.ts";

export interface ReadinessOptions {
  readonly container: V1Container;
  readonly probe: V1Probe;
  /** Loopback address of the pod. */
  readonly address: string;
  readonly signal: AbortSignal;
  readonly changed: (ready: boolean) => void;
}

/**
 * Follows a readiness probe. The delays that the charts ask for suit slower starts than ours: here
 * the first probe comes after 0.2 s at most, then one every 0.2 s until ready, every second after.
 */
export async function followReadiness(options: ReadinessOptions): Promise<void> {
  const { container, probe, address, signal, changed } = options;
  await pause(Math.min(probe.initialDelaySeconds ?? 0, 0.2) * 1000, signal);
  let ready = false;
  let failures = 0;
  while (!signal.aborted) {
    const passed = await runProbe(probe, container, address);
    if (signal.aborted) return;
    failures = passed ? 0 : failures + 1;
    const next: boolean = passed || (ready && failures < (probe.failureThreshold ?? 3));
    if (next !== ready) changed(next);
    ready = next;
    await pause(ready ? 1000 : 200, signal);
  }
}
