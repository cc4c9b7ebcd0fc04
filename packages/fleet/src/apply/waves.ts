import { createHash } from "node:crypto";
import { ConnectError } from "@opconnect/core";

/** A stack as far as waves go by it. */
export interface WaveStack {
  readonly project: string;
  readonly stack: string;
  /** Wave that the stack says it belongs to, in its file's configuration: `opconnect:wave`. */
  readonly wave?: string | undefined;
}

/** Stacks that are taken together, before those of the next wave. */
export interface Wave<Stack extends WaveStack> {
  /** As it was asked for, e.g. `"canary"`, `"10%"`, `"rest"`. */
  readonly name: string;
  readonly stacks: readonly Stack[];
}

/** What is taken in which order, and what in no wave. */
export interface WavePlan<Stack extends WaveStack> {
  readonly waves: readonly Wave<Stack>[];
  readonly left: readonly Stack[];
}

/**
 * Divides stacks into waves. Each word is the name of a wave that stacks say they belong to, a share
 * of all stacks such as `10%` (rounded up), or `rest`. Each stack is in the first wave that takes it. Which
 * stacks a share takes depends on nothing but their names, so that a second run divides them alike.
 * @param words E.g. `"canary,10%,rest"`.
 * @param known Waves that stacks of the project belong to, these and others: where it is others' alone,
 * a wave is empty.
 * @throws `ARGUMENT_INVALID` if a word is none of these, or stands twice, or no stack has the name.
 */
export function planWaves<Stack extends WaveStack>(
  words: string,
  stacks: readonly Stack[],
  known: readonly string[],
): WavePlan<Stack> {
  const names = words.split(",").map((word) => word.trim());
  checkWords(names, known);
  let left = stacks.toSorted(byPlace);
  const waves = names.map((name) => {
    const taken = takes(name, left, stacks.length);
    left = left.filter((stack) => !taken.includes(stack));
    return { name, stacks: taken.toSorted(byName) };
  });
  return { waves, left: left.toSorted(byName) };
}

function takes<Stack extends WaveStack>(
  name: string,
  left: readonly Stack[],
  all: number,
): readonly Stack[] {
  if (name === "rest") return left;
  const share = shareOf(name);
  if (share === undefined) return left.filter(({ wave }) => wave === name);
  return left.slice(0, Math.ceil((all * share) / 100));
}

function checkWords(names: readonly string[], known: readonly string[]): void {
  for (const [index, name] of names.entries()) {
    const why = refusal(name, names.indexOf(name) < index, known);
    if (why === undefined) continue;
    const called = known.length === 0 ? "none" : known.map((each) => `"${each}"`).join(", ");
    throw new ConnectError(
      "ARGUMENT_INVALID",
      `--waves: "${name}" ${why}.`,
      `Name waves that stacks have as \`opconnect:wave\` in their configuration (${called}), shares such as 10%, or rest, with commas between: canary,10%,rest.`,
    );
  }
}

function refusal(name: string, isTwice: boolean, known: readonly string[]): string | undefined {
  if (isTwice && shareOf(name) === undefined) return "stands twice";
  if (name === "rest") return undefined;
  const share = shareOf(name);
  if (share !== undefined) return share > 0 && share <= 100 ? undefined : "is no share of anything";
  return known.includes(name) ? undefined : "is no wave that a stack belongs to";
}

/** Per cent. */
function shareOf(name: string): number | undefined {
  const [, digits] = /^(\d+(?:\.\d+)?)%$/.exec(name) ?? [];
  return digits === undefined ? undefined : Number(digits);
}

/** An order in which neighbours by name are not neighbours: a share is not all of one client's. */
function byPlace(one: WaveStack, other: WaveStack): number {
  return place(one) < place(other) ? -1 : 1;
}

function place({ project, stack }: WaveStack): string {
  return createHash("sha256").update(`${project}/${stack}`).digest("hex");
}

function byName(one: WaveStack, other: WaveStack): number {
  return `${one.project}/${one.stack}` < `${other.project}/${other.stack}` ? -1 : 1;
}
