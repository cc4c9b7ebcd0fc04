import type { FaultPoint, TriedPoint } from "./fault-point.ts";

/** One operation, all of whose points are tried. */
export interface Campaign {
  readonly name: string;
  /** Whether it is another way of what other campaigns try: fewer points do. */
  readonly isVariation: boolean;
  /** Opens what tries one point after the other; those of other campaigns may be open as well. */
  openLane(): Promise<CampaignLane>;
}

export interface CampaignLane {
  /** Runs the operation with no strike, and derives its points from the calls it made. */
  enumerate(): Promise<readonly FaultPoint[]>;
  /** Returns what was not as it should be. */
  tryPoint(point: FaultPoint): Promise<readonly string[]>;
  stop(): Promise<void>;
}

export interface CampaignOptions {
  /** Picks from the points of one operation. */
  readonly select: (points: readonly FaultPoint[]) => readonly FaultPoint[];
  readonly onTried: (point: TriedPoint, waiting: number) => void;
}

/** Tries the points of an operation, one after the other. */
export async function runCampaign(
  campaign: Campaign,
  { select, onTried }: CampaignOptions,
): Promise<readonly TriedPoint[]> {
  const lane = await campaign.openLane();
  try {
    const waiting = [...select(await lane.enumerate())];
    const tried: TriedPoint[] = [];
    for (let point = waiting.shift(); point !== undefined; point = waiting.shift()) {
      const complaints = await lane.tryPoint(point).catch(complaintsOf);
      tried.push({ ...point, complaints });
      onTried({ ...point, complaints }, waiting.length);
    }
    return tried;
  } finally {
    await lane.stop();
  }
}

/** A point that cannot even be tried did not converge. */
function complaintsOf(error: unknown): readonly string[] {
  return [error instanceof Error ? error.message : String(error)];
}
