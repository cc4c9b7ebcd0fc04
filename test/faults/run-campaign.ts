import type { FaultPoint, TriedPoint } from "./fault-point.ts";

/** One operation, all of whose points are tried. */
export interface Campaign {
  readonly name: string;
  /** Opens what tries one point after the other; several may be open at once. */
  openLane(lane: number): Promise<CampaignLane>;
}

export interface CampaignLane {
  /** Runs the operation with no strike, and derives its points from the calls it made. */
  enumerate(): Promise<readonly FaultPoint[]>;
  /** Returns what was not as it should be. */
  tryPoint(point: FaultPoint): Promise<readonly string[]>;
  stop(): Promise<void>;
}

export interface CampaignOptions {
  /** How many points are tried at a time. */
  readonly lanes: number;
  /** Picks from the points of one operation. */
  readonly select: (points: readonly FaultPoint[]) => readonly FaultPoint[];
  readonly onTried: (point: TriedPoint, waiting: number) => void;
}

/** Tries the points of an operation. */
export async function runCampaign(
  campaign: Campaign,
  { lanes: laneCount, select, onTried }: CampaignOptions,
): Promise<readonly TriedPoint[]> {
  const numbers = Array.from({ length: laneCount }, (_, at) => at);
  const lanes = await Promise.all(numbers.map((number) => campaign.openLane(number)));
  const [first] = lanes;
  if (first === undefined) throw new Error("A campaign needs a lane.");
  try {
    const waiting = [...select(await first.enumerate())];
    const tried: TriedPoint[] = [];
    await Promise.all(
      lanes.map(async (lane) => {
        for (let point = waiting.shift(); point !== undefined; point = waiting.shift()) {
          const complaints = await lane.tryPoint(point).catch(complaintsOf);
          tried.push({ ...point, complaints });
          onTried({ ...point, complaints }, waiting.length);
        }
      }),
    );
    return tried;
  } finally {
    await Promise.all(lanes.map((lane) => lane.stop()));
  }
}

/** A point that cannot even be tried did not converge. */
function complaintsOf(error: unknown): readonly string[] {
  return [error instanceof Error ? error.message : String(error)];
}
