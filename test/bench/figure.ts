/** One figure of the benchmark. */
export interface Figure {
  /** Ours. */
  readonly measured: number;
  /** The hand-written equivalent in the same run. */
  readonly baseline: number;
  readonly unit: "ms" | "MB" | "lists" | "requests" | "writes";
  /** `measured` by `baseline`. */
  readonly ratio: number;
  /** What is aimed at, e.g. `"ratio <= 1.05"`. */
  readonly goal: string;
}

/** Measures two things in turn, so that a machine that slows down slows both. */
export async function compare(
  { runs, goal }: { readonly runs: number; readonly goal: string },
  ours: () => Promise<number>,
  theirs: () => Promise<number>,
): Promise<Figure> {
  const measured: number[] = [];
  const baseline: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    measured.push(await ours());
    baseline.push(await theirs());
  }
  return figure({ measured: quickest(measured), baseline: quickest(baseline), goal });
}

/** Rounds what was measured, and relates it. */
export function figure({
  measured,
  baseline,
  unit = "ms",
  goal,
}: Omit<Figure, "ratio" | "unit"> & Partial<Pick<Figure, "unit">>): Figure {
  const ratio = round(measured / baseline, 3);
  return { measured: round(measured), baseline: round(baseline), unit, ratio, goal };
}

/** The one that whatever else the machine does has delayed least. */
export function quickest(values: readonly number[]): number {
  return Math.min(...values);
}

function round(value: number, digits = 1): number {
  return Number(value.toFixed(digits));
}
