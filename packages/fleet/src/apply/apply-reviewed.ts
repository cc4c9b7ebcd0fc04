import { ConnectError } from "@opconnect/core";
import { missingShards } from "../report/merge.ts";
import type { FleetReport, StackReport } from "../report/model.ts";
import { compareWithReview, type Differences } from "./compare.ts";
import type { Journal, StackName } from "./journal.ts";
import type { Wave } from "./waves.ts";

/** Does with one stack what `pulumi` does. */
export interface PlannedUpdate {
  /** Previews the stack as it is now, and keeps the plan of exactly that. */
  preview(): Promise<StackReport>;
  /**
   * Applies the plan and nothing else.
   * @returns Why it failed, `undefined` if it did not.
   */
  apply(): Promise<string | undefined>;
  /** Removes the plan. */
  dispose(): Promise<void>;
}

/** What became of a stack. */
export type StackEnd =
  | { readonly end: "applied" | "unchanged" | "done before" }
  | { readonly end: "refused"; readonly differences: Differences }
  | { readonly end: "failed"; readonly because: string }
  | { readonly end: "not begun" };

/** What applying a report asks for and tells. */
export interface ApplyOptions {
  readonly journal: Journal;
  /** Whether somebody asked for an end: it comes between two stacks. */
  isStopped(): boolean;
  plan(stack: StackReport): Promise<PlannedUpdate>;
  /** Whether to go on with the next wave: a person's answer, or yes. */
  mayBegin(wave: Wave<StackReport>): Promise<boolean>;
  onBegun(stack: StackName, doing: "previews" | "applies"): void;
  onEnded(stack: StackName, end: StackEnd): void;
}

/**
 * Applies what was reviewed, wave by wave, one stack after the other, and stops at the first that
 * fails or would do something else. What an earlier run has done is not done again, and what it was
 * cut short in the middle of is finished.
 * @returns What became of each stack of the waves.
 */
export async function applyReviewed(
  waves: readonly Wave<StackReport>[],
  options: ApplyOptions,
): Promise<ReadonlyMap<StackReport, StackEnd>> {
  const ends = new Map<StackReport, StackEnd>();
  for (const { stacks } of waves) {
    for (const stack of stacks) ends.set(stack, { end: "not begun" });
  }
  for (const wave of waves) {
    const isAllDone = wave.stacks.every((stack) => options.journal.progressOf(stack) === "done");
    if (!isAllDone && !(await options.mayBegin(wave))) return ends;
    for (const stack of wave.stacks) {
      if (options.isStopped()) return ends;
      const end = await applyStack(stack, options);
      ends.set(stack, end);
      options.onEnded(stack, end);
      if (end.end === "failed" || end.end === "refused") return ends;
    }
  }
  return ends;
}

async function applyStack(reviewed: StackReport, options: ApplyOptions): Promise<StackEnd> {
  const { journal, plan, onBegun } = options;
  const progress = journal.progressOf(reviewed);
  if (progress === "done") return { end: "done before" };
  onBegun(reviewed, "previews");
  const update = await plan(reviewed);
  try {
    const fresh = await update.preview();
    const differences = compareWithReview(reviewed, fresh, { begun: progress !== undefined });
    if (differences.length > 0) return { end: "refused", differences };
    if (fresh.steps.length > 0 || fresh.outputs.length > 0) {
      await journal.note(reviewed, "begun");
      onBegun(reviewed, "applies");
      const because = await update.apply();
      if (because !== undefined) {
        await journal.note(reviewed, "failed");
        return { end: "failed", because };
      }
    }
    await journal.note(reviewed, "done");
    return { end: fresh.steps.length > 0 || progress !== undefined ? "applied" : "unchanged" };
  } finally {
    await update.dispose();
  }
}

/**
 * Stacks of a report that can be applied: those that change.
 * @throws `FLEET_REVIEW_STALE` if the report is no whole review: a stack's preview failed, or a part
 * is missing.
 */
export function applicable(report: FleetReport): readonly StackReport[] {
  const { kind, stacks, shards } = report;
  const failed = stacks.filter(({ outcome }) => outcome === "failed").map(({ stack }) => stack);
  const missing = missingShards(report);
  const why =
    kind === "drift"
      ? "It is a report of drift, which no update applies"
      : missing.length > 0
        ? `It lacks the parts ${missing.join(", ")} of ${shards.of}`
        : failed.length > 0
          ? `It has stacks that could not be previewed: ${failed.join(", ")}`
          : undefined;
  if (why === undefined) return stacks.filter(({ outcome }) => outcome === "changed");
  throw new ConnectError(
    "FLEET_REVIEW_STALE",
    `The report is not a review of all that would be applied. ${why}.`,
    "Preview again with `opconnect preview`, mend what fails there, and have that report reviewed.",
  );
}
