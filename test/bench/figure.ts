/** One figure of the benchmark. */
export interface Figure {
  /** Ours, in milliseconds. */
  readonly measured: number;
  /** The hand-written equivalent in the same run, in milliseconds. */
  readonly baseline: number;
  /** `measured` by `baseline`. */
  readonly ratio: number;
  /** What is aimed at, e.g. `"ratio <= 1.05"`. */
  readonly goal: string;
}

/** Measures two things in turn, so that a machine that slows down slows both, and compares medians. */
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
  return figure({ measured: median(measured), baseline: median(baseline), goal });
}

/** Rounds what was measured, and relates it. */
export function figure({ measured, baseline, goal }: Omit<Figure, "ratio">): Figure {
  const ratio = round(measured / baseline, 3);
  return { measured: round(measured), baseline: round(baseline), ratio, goal };
}

/** The middle value; the mean of the two middle ones where there is no single one. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

function round(value: number, digits = 1): number {
  return Number(value.toFixed(digits));
}
