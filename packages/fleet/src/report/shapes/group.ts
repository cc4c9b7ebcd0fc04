import { headlineOf } from "../headline.ts";
import { riskLevels, type StackReport } from "../model.ts";
import { type Change, generalise, rewrite } from "./generalise.ts";

/** Stacks to which the same happens. */
export interface ChangeGroup {
  /** SHA-256 that they have in common. */
  readonly shape: string;
  /** What happens, in a few words, e.g. `"chart 2.2.1 → 2.4.1"`. */
  readonly headline: string;
  /** The greatest of its risks, where it has any. */
  readonly level: StackReport["risks"][number]["level"] | undefined;
  /**
   * What happens to each of them: of several, with `{client}` and `{environment}` where texts name
   * them.
   */
  readonly change: Change;
  /** By project and name. */
  readonly stacks: readonly StackReport[];
}

/**
 * Puts stacks together to which the same happens, the riskiest first; what stays as it is, is no risk
 * and was looked at as a whole, is left out.
 */
export function groupStacks(stacks: readonly StackReport[]): readonly ChangeGroup[] {
  const byShape = new Map<string, StackReport[]>();
  for (const stack of stacks.filter(isToldOf)) {
    const same = byShape.get(stack.shape) ?? [];
    same.push(stack);
    byShape.set(stack.shape, same);
  }
  return [...byShape].map(([shape, same]) => groupOf(shape, same)).sort(byPressure);
}

/** Whether there is something to tell of a stack, also where it stays as it is. */
export function isToldOf({
  outcome,
  risks,
  problems,
}: Pick<StackReport, "outcome" | "risks" | "problems">): boolean {
  return outcome !== "unchanged" || risks.length > 0 || problems.length > 0;
}

/** A name that no two stacks share, and by which they are put in order. */
export function stackKey({ project, stack }: Pick<StackReport, "project" | "stack">): string {
  return `${project}/${stack}`;
}

function groupOf(shape: string, same: readonly StackReport[]): ChangeGroup {
  const stacks = same.toSorted((a, b) => (stackKey(a) < stackKey(b) ? -1 : 1));
  const [first] = stacks;
  if (first === undefined) throw new RangeError("A group has a stack at least.");
  const change = stacks.length === 1 ? first : rewrite(generalise(first, first), singleBraces);
  const level = riskLevels.find((each) => first.risks.some((risk) => risk.level === each));
  return { shape, headline: headlineOf(change), level, change, stacks };
}

/** For people, a text's own braces need not be told from those of a placeholder. */
function singleBraces(text: string): string {
  return text.replaceAll("{{", "{").replaceAll("}}", "}");
}

function byPressure(a: ChangeGroup, b: ChangeGroup): number {
  return (
    pressureOf(a) - pressureOf(b) ||
    b.stacks.length - a.stacks.length ||
    (firstKey(a) < firstKey(b) ? -1 : 1)
  );
}

function pressureOf({ change, level }: ChangeGroup): number {
  if (change.outcome === "failed") return -1;
  return level === undefined ? riskLevels.length : riskLevels.indexOf(level);
}

function firstKey({ stacks: [first] }: ChangeGroup): string {
  return first === undefined ? "" : stackKey(first);
}
