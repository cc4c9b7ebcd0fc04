import { setTimeout as sleep } from "node:timers/promises";

/**
 * Waits until a cluster is where it is to get.
 * @param limitMs What is waited for comes in seconds; the rest is for a busy machine.
 */
export async function untilThere(
  isThere: () => Promise<boolean>,
  limitMs = 180_000,
): Promise<void> {
  const deadline = Date.now() + limitMs;
  while (!(await isThere())) {
    if (Date.now() > deadline) throw new Error(`The cluster did not get there in ${limitMs} ms.`);
    await sleep(200);
  }
}
