import type { Strike } from "./calls/strike.ts";
import { describeStrike, strikeModes } from "./calls/strike.ts";

/** A strike at one call of one operation. */
export interface FaultPoint {
  /** E.g. `"engine · create"`. */
  readonly operation: string;
  readonly strike: Strike;
}

/** What came of a fault point. */
export interface TriedPoint extends FaultPoint {
  /** What was not as it should be after the re-run; empty if it converged. */
  readonly complaints: readonly string[];
}

/** Every way to strike at every call that a run made. */
export function pointsOf(operation: string, calls: readonly string[]): readonly FaultPoint[] {
  const seen = new Map<string, number>();
  return calls.flatMap((call) => {
    const occurrence = (seen.get(call) ?? 0) + 1;
    seen.set(call, occurrence);
    return strikeModes(call).map((mode) => ({ operation, strike: { call, occurrence, mode } }));
  });
}

/** As a reader sees it. */
export function describePoint({ operation, strike }: FaultPoint): string {
  return `${operation}: ${describeStrike(strike)}`;
}
