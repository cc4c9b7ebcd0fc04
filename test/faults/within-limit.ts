import { setTimeout as sleep } from "node:timers/promises";

/** What work comes to, or `"hung"` where it takes too long. */
export async function withinLimit<T>(work: Promise<T>, limitMs: number): Promise<T | "hung"> {
  const timer = new AbortController();
  const limit = sleep(limitMs, "hung" as const, { signal: timer.signal });
  // Called off, the limit never comes.
  limit.catch(() => undefined);
  try {
    return await Promise.race([work, limit]);
  } finally {
    timer.abort();
  }
}
