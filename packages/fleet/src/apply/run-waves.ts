import type { Journal } from "./journal.ts";
import type { Wave, WaveStack } from "./waves.ts";

/** How a stack came out. */
export type StackTurn = "done" | "done before" | "failed" | "not begun";

/** Work that is done to one stack after the other. */
export interface WaveWork<Stack extends WaveStack> {
  readonly journal: Journal;
  /**
   * Does it to one stack.
   * @param wasBegun Whether an earlier run was cut short in it, or failed.
   * @throws if it failed.
   */
  run(stack: Stack, wasBegun: boolean): Promise<void>;
  /** Whether to go on with a wave: a person's answer, or yes. */
  mayBegin(wave: Wave<Stack>): Promise<boolean>;
  isStopped(): boolean;
}

/** What became of the stacks, and why it stopped. */
export interface WavesEnd<Stack extends WaveStack> {
  readonly turns: ReadonlyMap<Stack, StackTurn>;
  readonly failure: unknown;
}

/**
 * Does a piece of work to stacks, wave by wave, and stops at the first that fails. What an earlier run
 * has done by its journal is not done again.
 */
export async function runWaves<Stack extends WaveStack>(
  waves: readonly Wave<Stack>[],
  { journal, run, mayBegin, isStopped }: WaveWork<Stack>,
): Promise<WavesEnd<Stack>> {
  const all = waves.flatMap(({ stacks }) => stacks);
  const turns = new Map<Stack, StackTurn>(all.map((stack) => [stack, "not begun"]));
  for (const wave of waves) {
    const isAllDone = wave.stacks.every((stack) => journal.progressOf(stack) === "done");
    if (!isAllDone && !(await mayBegin(wave))) return { turns, failure: undefined };
    for (const stack of wave.stacks) {
      const progress = journal.progressOf(stack);
      if (progress === "done") {
        turns.set(stack, "done before");
        continue;
      }
      if (isStopped()) return { turns, failure: undefined };
      await journal.note(stack, "begun");
      try {
        await run(stack, progress !== undefined);
      } catch (failure) {
        turns.set(stack, "failed");
        await journal.note(stack, "failed");
        return { turns, failure };
      }
      turns.set(stack, "done");
      await journal.note(stack, "done");
    }
  }
  return { turns, failure: undefined };
}
