import { setTimeout } from "node:timers/promises";
import { commentFailure, isPassing } from "./comment-failure.ts";

/**
 * Does a piece of work, and does it again from the start where it failed in passing: so what was
 * made, of which no answer came, has to be found instead of made twice.
 * @param waitMs How long to wait before each further attempt.
 * @throws `FLEET_COMMENT_DENIED`, `FLEET_COMMENT_FAILED`
 */
export async function tryAgain<T>(
  work: () => Promise<T>,
  waitMs: readonly number[] = [1000, 4000, 10_000],
): Promise<T> {
  for (const [attempt, wait] of [...waitMs, undefined].entries()) {
    try {
      return await work();
    } catch (error) {
      if (wait === undefined || !isPassing(error)) throw commentFailure(error, attempt + 1);
      await setTimeout(wait);
    }
  }
  throw new RangeError("There is an attempt at least.");
}
