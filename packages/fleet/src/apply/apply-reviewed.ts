import { ConnectError } from "@opconnect/core";
import { missingShards } from "../report/merge.ts";
import type { FleetReport, StackReport } from "../report/model.ts";
import { compareWithReview, type Differences } from "./compare.ts";
import type { StackName } from "./journal.ts";
import { runWaves, type Turn, type Untouched, type WaveWork } from "./run-waves.ts";
import type { Wave } from "./waves.ts";

/** Does with one stack what `pulumi` does. */
export interface PlannedUpdate {
  /** Previews the stack as it is now, and keeps the plan of exactly that. */
  preview(): Promise<StackReport>;
  /** What somebody else has changed since that preview. */
  changesSince(): Promise<Differences>;
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
  | Untouched
  | { readonly end: "applied" | "unchanged" }
  | { readonly end: "refused"; readonly differences: Differences }
  | { readonly end: "failed"; readonly because: string };

/** What applying a report asks for and tells. */
export interface ApplyOptions extends Omit<WaveWork<StackReport, StackEnd>, "run"> {
  plan(stack: StackReport): Promise<PlannedUpdate>;
  onBegun(stack: StackName, doing: "previews" | "applies"): void;
}

/**
 * Applies what was reviewed, wave by wave, one stack after the other, and stops at the first that
 * fails or would do something else. What an earlier run has done is not done again, and what it was
 * cut short in the middle of is finished.
 * @returns What became of each stack of the waves.
 */
export function applyReviewed(
  waves: readonly Wave<StackReport>[],
  { plan, onBegun, ...work }: ApplyOptions,
): Promise<ReadonlyMap<StackReport, StackEnd>> {
  return runWaves<StackReport, StackEnd>(waves, {
    ...work,
    async run(reviewed, turn) {
      onBegun(reviewed, "previews");
      const update = await plan(reviewed);
      try {
        return await applyStack(reviewed, update, {
          wasBegun: turn.wasBegun,
          async begin() {
            await turn.begin();
            onBegun(reviewed, "applies");
          },
        });
      } finally {
        await update.dispose();
      }
    },
  });
}

async function applyStack(
  reviewed: StackReport,
  update: PlannedUpdate,
  { wasBegun, begin }: Turn,
): Promise<StackEnd> {
  const fresh = await update.preview();
  const differences = compareWithReview(reviewed, fresh, { begun: wasBegun });
  if (differences.length > 0) return { end: "refused", differences };
  const hasWork = fresh.steps.length > 0 || fresh.outputs.length > 0;
  if (!hasWork) return { end: wasBegun ? "applied" : "unchanged" };
  const moved = await update.changesSince();
  if (moved.length > 0) return { end: "refused", differences: moved };
  await begin();
  const because = await update.apply();
  return because === undefined ? { end: "applied" } : { end: "failed", because };
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
