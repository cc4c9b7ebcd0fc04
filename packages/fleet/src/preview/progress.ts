import type { StackReport } from "../report/model.ts";
import type { FleetStack } from "../stacks/stack.ts";

/** Told while a fleet is previewed. */
export interface PreviewProgress {
  /** Once, before anything is previewed. */
  readonly onPlan?: (stacks: readonly FleetStack[]) => void;
  readonly onStart?: (stack: FleetStack) => void;
  readonly onEnd?: (report: StackReport) => void;
}
