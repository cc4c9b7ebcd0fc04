import { setTimeout as sleep } from "node:timers/promises";
import { readLogEnd, type SupervisedProcess } from "./start-process.ts";

/**
 * Waits until a probe says that a process serves.
 * @throws an Error with the end of its log if the process ends or the time is up.
 */
export async function waitUntilReady(
  server: SupervisedProcess,
  probe: () => Promise<boolean>,
  timeoutSeconds = 90,
): Promise<void> {
  const deadline = performance.now() + timeoutSeconds * 1000;
  while (!(await probe().catch(() => false))) {
    const late = performance.now() > deadline;
    if (late || !server.isRunning()) {
      const happened = late ? `was not ready after ${timeoutSeconds} s` : "ended";
      throw new Error(
        `${server.name} ${happened}. ${server.logFile}:\n${readLogEnd(server.logFile)}`,
      );
    }
    await sleep(50);
  }
}
