import { type FaultPoint, onePerCall, onePerKind, twoPerCall } from "./fault-point.ts";

/** How much is tried. */
interface Form {
  readonly text: string;
  readonly library: Selection;
  readonly engine: Selection;
}

/** Picks points of an operation. */
export type Selection = (points: readonly FaultPoint[], campaign: string) => readonly FaultPoint[];

/** The forms of the suite. No call is left out by its name. */
export const forms: Readonly<Record<"sample" | "usual" | "all", Form>> = {
  sample: {
    text: "One point for each kind of call of each operation.",
    library: onePerKind,
    engine: onePerKind,
  },
  usual: {
    text: "The library alone: all points, on age files two for each call. The real engine: one for each call.",
    library: (points, campaign) => (campaign.startsWith("age-file") ? twoPerCall(points) : points),
    engine: onePerCall,
  },
  all: {
    text: "All points, of the library alone and of the real engine.",
    library: (points) => points,
    engine: (points) => points,
  },
};
