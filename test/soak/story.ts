import { type Change, changes } from "./changes.ts";
import { type Manner, manners } from "./manners.ts";
import { type Random, randomOf } from "./random.ts";
import { differences, firstWanted, type Wanted } from "./wanted.ts";

/** One change of one environment. */
export interface Step {
  /** Counted from 1. */
  readonly number: number;
  /** Which environment, counted from 0. */
  readonly environment: number;
  readonly change: string;
  readonly manner: Manner;
  readonly before: Wanted;
  /** What the changed program says. */
  readonly attempted: Wanted;
  /** What it says in the end: less, where the change is taken back. */
  readonly after: Wanted;
  /** Chance left for what the manner does. */
  readonly random: Random;
}

/** Draws changes one after the other: from one seed always the same. Nothing is run. */
export function tellStory({
  seed,
  environments,
  steps,
}: {
  readonly seed: number;
  readonly environments: number;
  readonly steps: number;
}): readonly Step[] {
  return tell(
    seed,
    environments,
    Array.from({ length: steps }, () => ({})),
  );
}

/** Draws changes of one environment, of the kinds and in the manners given. */
export function tellPlanned(
  seed: number,
  plan: readonly { readonly change: string; readonly manner: string }[],
): readonly Step[] {
  return tell(seed, 1, plan);
}

/** Which kinds of steps are drawn from. */
interface Drawing {
  /** Name of the change. */
  readonly change?: string;
  /** Name of the manner. */
  readonly manner?: string;
}

function tell(seed: number, environments: number, drawings: readonly Drawing[]): readonly Step[] {
  const now = Array.from({ length: environments }, () => firstWanted);
  const former = [...now];
  return drawings.map((drawing, index) => {
    const number = index + 1;
    const random = randomOf(seed * 100_003 + number);
    const environment = random.below(environments);
    const before = now[environment] ?? firstWanted;
    const last = former[environment] ?? firstWanted;
    const drawn = drawChange(before, last, drawing, random);
    former[environment] = before;
    now[environment] = drawn.after;
    return { number, environment, before, random, ...drawn };
  });
}

function drawChange(before: Wanted, last: Wanted, drawing: Drawing, random: Random) {
  const undo: Change = { name: "undo the last change", weight: 3, draw: () => last };
  const kinds = named([...changes, undo], drawing.change);
  for (let left = 1000; left > 0; left -= 1) {
    const change = drawWeighted(kinds, random);
    const attempted = change.draw(before, random);
    if (attempted === undefined || differences(before, attempted).length === 0) continue;
    const suitable = manners.filter(({ suits }) => suits(before, attempted));
    const allowed = named(suitable, drawing.manner);
    if (allowed.length === 0) continue;
    const manner = drawWeighted(allowed, random);
    const after = manner.takesBack ? before : attempted;
    return { change: change.name, manner, attempted, after };
  }
  throw new Error(`There is no way to ${drawing.change}, ${drawing.manner}.`);
}

function named<T extends { readonly name: string }>(
  rows: readonly T[],
  name: string | undefined,
): readonly T[] {
  return name === undefined ? rows : rows.filter((row) => row.name === name);
}

function drawWeighted<T extends { readonly weight: number }>(
  rows: readonly T[],
  random: Random,
): T {
  let left = random.below(rows.reduce((sum, { weight }) => sum + weight, 0));
  const drawn = rows.find(({ weight }) => {
    left -= weight;
    return left < 0;
  });
  if (drawn === undefined) throw new Error("There is nothing to draw from.");
  return drawn;
}

/** A step as a reader sees it. */
export function describeStep(step: Step): string {
  const { number, environment, change, manner, before, attempted } = step;
  const what = differences(before, attempted).join("; ");
  return `${number}. environment ${environment}: ${change}, ${manner.name} (${what})`;
}
