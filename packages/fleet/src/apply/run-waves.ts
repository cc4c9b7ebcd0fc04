import type { Journal } from "./journal.ts";
import type { Wave, WaveStack } from "./waves.ts";

/** What became of a stack whose turn came: `failed` and `refused` are the last one of a run. */
export interface TurnEnd {
  readonly end: string;
}

/** What became of a stack that was not touched. */
export type Untouched = { readonly end: "done before" | "not begun" };

/** A stack's turn. */
export interface Turn {
  /** Whether an earlier run was cut short in it, or failed. */
  readonly wasBegun: boolean;
  /** Notes that the stack is begun. Comes before all that changes it: what is refused is not begun. */
  begin(): Promise<void>;
}

/** Work that is done to one stack after the other. */
export interface WaveWork<Stack extends WaveStack, End extends TurnEnd> {
  readonly journal: Journal;
  run(stack: Stack, turn: Turn): Promise<End>;
  /** Whether to go on with a wave: a person's answer, or yes. */
  mayBegin(wave: Wave<Stack>): Promise<boolean>;
  /** Whether somebody asked for an end: it comes between two stacks. */
  isStopped(): boolean;
  onEnded(stack: Stack, end: End | Untouched): void;
}

/**
 * Does a piece of work to stacks, wave by wave, one after the other, and stops at the first that
 * fails or is refused. What an earlier run has done by its journal is not done again.
 * @returns What became of each stack of the waves.
 */
export async function runWaves<Stack extends WaveStack, End extends TurnEnd>(
  waves: readonly Wave<Stack>[],
  { journal, run, mayBegin, isStopped, onEnded }: WaveWork<Stack, End>,
): Promise<ReadonlyMap<Stack, End | Untouched>> {
  const all = waves.flatMap(({ stacks }) => stacks);
  const ends = new Map<Stack, End | Untouched>(all.map((stack) => [stack, { end: "not begun" }]));
  for (const wave of waves) {
    const isAllDone = wave.stacks.every((stack) => journal.progressOf(stack) === "done");
    if (!isAllDone && !(await mayBegin(wave))) return ends;
    for (const stack of wave.stacks) {
      if (isStopped()) return ends;
      const end = await takeTurn(stack, journal, run);
      ends.set(stack, end);
      onEnded(stack, end);
      if (end.end === "failed" || end.end === "refused") return ends;
    }
  }
  return ends;
}

async function takeTurn<Stack extends WaveStack, End extends TurnEnd>(
  stack: Stack,
  journal: Journal,
  run: WaveWork<Stack, End>["run"],
): Promise<End | Untouched> {
  const progress = journal.progressOf(stack);
  if (progress === "done") return { end: "done before" };
  const begin = () => journal.note(stack, "begun");
  const end = await run(stack, { wasBegun: progress !== undefined, begin });
  if (end.end !== "refused") await journal.note(stack, end.end === "failed" ? "failed" : "done");
  return end;
}
