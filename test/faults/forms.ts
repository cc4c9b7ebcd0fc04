import { type FaultPoint, onePerCall, onePerKind, spread, twoPerCall } from "./fault-point.ts";
import type { Campaign } from "./run-campaign.ts";

/** How much is tried. */
interface Form {
  readonly text: string;
  readonly library: Selection;
  readonly engine: Selection;
}

/** Picks points of an operation. */
export type Selection = (
  points: readonly FaultPoint[],
  campaign: Pick<Campaign, "name" | "isVariation">,
) => readonly FaultPoint[];

/** The forms of the suite. No call is left out by its name. */
export const forms: Readonly<Record<"sample" | "usual" | "all", Form>> = {
  sample: {
    text: "Of each operation some kinds of calls, of the variations and of the real engine a few.",
    library: (points, { isVariation }) => spread(onePerKind(points), isVariation ? 1 : 3),
    engine: (points, { isVariation }) => spread(onePerKind(points), isVariation ? 1 : 3),
  },
  usual: {
    text: "The library alone: all points, on age files two for each call. The real engine: one for each call, of the variations for each kind of call.",
    library: (points, { name }) => (name.startsWith("age-file") ? twoPerCall(points) : points),
    engine: (points, { isVariation }) => (isVariation ? onePerKind : onePerCall)(points),
  },
  all: {
    text: "All points, of the library alone and of the real engine.",
    library: (points) => points,
    engine: (points) => points,
  },
};
