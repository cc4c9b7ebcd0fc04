import { sayOnce } from "../warn-once.ts";

let isOperatorIdle = false;

/**
 * How long the operator is waited for: one that has once not done its part, not that long again in
 * the same run.
 */
export function releasePatience() {
  return { graceMs: isOperatorIdle ? 500 : 5_000, pollMs: 100 };
}

/** Says that the operator has not done its part. */
export function sayForced(item: string): void {
  isOperatorIdle = true;
  sayOnce(
    `The operator did not release the OnePasswordItem ${item}: its Secret was deleted and its finalizer taken off without it.`,
  );
}
