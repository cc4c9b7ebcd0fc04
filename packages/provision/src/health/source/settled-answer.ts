import { setTimeout } from "node:timers/promises";

/**
 * What Connect answers after a second thought: now and then it refuses a good token, once.
 * @param delayMs Time between two attempts, in milliseconds.
 */
export async function settledAnswer<T extends { readonly status: number } | undefined>(
  ask: () => Promise<T>,
  delayMs = 1_000,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    const answer = await ask();
    const isRefused = answer?.status === 401 || answer?.status === 403;
    if (!isRefused || attempt === 3) return answer;
    await setTimeout(delayMs);
  }
}
