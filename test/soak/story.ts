import { type Random, randomOf } from "../harness/disturb/random.ts";
import { type Change, changes } from "./changes.ts";
import { type Manner, manners, type Underway } from "./manners.ts";
import { differences, firstWanted, type Wanted } from "./wanted.ts";

/** One change of one environment. */
export interface Step extends Underway {
  /** Counted from 1. */
  readonly number: number;
  /** Which environment, counted from 0. */
  readonly environment: number;
  readonly change: string;
  readonly manner: Manner;
  /** What it says in the end: less, where the change is taken back. */
  readonly after: Wanted;
}

/** Says of a change and a manner, by their names, whether they are drawn from. */
export type Allows = (change: string, manner: string) => boolean;

/** Draws changes one after the other: from one seed always the same. Nothing is run. */
export function tellStory({
  seed,
  environments,
  allowed,
}: {
  readonly seed: number;
  readonly environments: number;
  /** What each of the steps is drawn from. */
  readonly allowed: readonly Allows[];
}): readonly Step[] {
  const now = Array.from({ length: environments }, () => firstWanted);
  const former = [...now];
  return allowed.map((allows, index) => {
    const number = index + 1;
    const random = randomOf(seed * 100_003 + number);
    const environment = random.below(environments);
    const before = now[environment] ?? firstWanted;
    const last = former[environment] ?? firstWanted;
    const drawn = draw(before, last, allows, random);
    former[environment] = before;
    now[environment] = drawn.after;
    return { number, environment, before, random, ...drawn };
  });
}

function draw(before: Wanted, last: Wanted, allows: Allows, random: Random) {
  // A revision that was taken back is refused: it goes up only.
  const { revision } = before;
  const undone = { ...last, revision };
  const undo: Change = { name: "undo the last change", weight: 3, draw: () => undone };
  for (let left = 10_000; left > 0; left -= 1) {
    const change = drawWeighted([...changes, undo], random);
    const attempted = change.draw(before, random);
    if (attempted === undefined || differences(before, attempted).length === 0) continue;
    if (leavesLooks(before, attempted)) continue;
    const suitable = manners
      .filter(({ suits }) => suits(before, attempted))
      .filter(({ takesBack }) => !takesBack || attempted.revision === revision)
      .filter(({ takesBack }) => !takesBack || !leavesLooks(attempted, before))
      .filter(({ name }) => allows(change.name, name));
    if (suitable.length === 0) continue;
    const manner = drawWeighted(suitable, random);
    const after = manner.takesBack ? before : attempted;
    return { change: change.name, manner, attempted, after };
  }
  throw new Error("None of the changes that are drawn from fits.");
}

/**
 * Whether a vault goes that was given a description or a group. It stays in 1Password, and with it
 * what a person may have written or granted there: added again, it keeps a description and a group
 * of its own.
 */
function leavesLooks(from: Wanted, to: Wanted): boolean {
  const leaving = from.vaults.filter((key) => !to.vaults.includes(key));
  return leaving.some((key) => {
    const { description, group } = from.vaultOptions[key] ?? {};
    return description !== undefined || group !== undefined;
  });
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
