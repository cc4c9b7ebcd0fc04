import type { Strike } from "./intercept/strike.ts";
import { describeStrike, isKill, strikeModes } from "./intercept/strike.ts";

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

/**
 * Two points for each call: the runner dies, and the call fails. In which way goes round. Of changes
 * of files, of which there are many to one call of a system, it is one or the other in turn.
 */
export function twoPerCall(points: readonly FaultPoint[]): readonly FaultPoint[] {
  const calls = [...new Set(points.map(callOf))];
  return calls.flatMap((call, at) => {
    const alike = points.filter((point) => callOf(point) === call);
    const isDeadly = ({ strike }: FaultPoint) => isKill(strike.mode);
    const halves = [alike.filter(isDeadly), alike.filter((point) => !isDeadly(point))];
    const chosen = call.startsWith("disk ") ? [halves[at % 2] ?? []] : halves;
    return chosen.flatMap((some) => some[Math.floor(at / 2) % some.length] ?? []);
  });
}

/** One point for each call. In which way it is struck at goes round. */
export function onePerCall(points: readonly FaultPoint[]): readonly FaultPoint[] {
  const calls = [...new Set(points.map(callOf))];
  return calls.flatMap((call, at) => {
    const alike = points.filter((point) => callOf(point) === call);
    return alike[at % alike.length] ?? [];
  });
}

function callOf({ strike }: FaultPoint): string {
  return `${strike.call} ${strike.occurrence}`;
}

/**
 * One point for each kind of call, the kind being what is done and not to what. Which call of the
 * kind it is, and how it is struck at, goes round from kind to kind.
 */
export function onePerKind(points: readonly FaultPoint[]): readonly FaultPoint[] {
  const kinds = [...new Set(points.map(({ strike }) => kindOf(strike.call)))];
  return kinds.flatMap((kind, at) => {
    const alike = points.filter(({ strike }) => kindOf(strike.call) === kind);
    // A step that shares no factor with the usual number of modes, so that all of them come by.
    return alike[(at * 11) % alike.length] ?? [];
  });
}

/** As many of the points, from all over; all of them where there are no more. */
export function spread(points: readonly FaultPoint[], count: number): readonly FaultPoint[] {
  if (points.length <= count) return points;
  const places = Array.from({ length: count }, (_, at) => Math.floor((at * points.length) / count));
  return places.flatMap((place) => points[place] ?? []);
}

/** `store TagResource credentials` is a `store TagResource`. */
function kindOf(call: string): string {
  if (call.startsWith("op ")) return call;
  return call
    .split(/[ /]/)
    .slice(0, call.startsWith("cluster ") ? 3 : 2)
    .join(" ");
}

/** As a reader sees it. */
export function describePoint({ operation, strike }: FaultPoint): string {
  return `${operation}: ${describeStrike(strike)}`;
}
