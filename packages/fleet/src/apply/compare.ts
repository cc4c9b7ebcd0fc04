import { isDeepStrictEqual } from "node:util";
import type { StackReport } from "../report/model.ts";
import { isBlind } from "../report/problems.ts";

type Step = StackReport["steps"][number];
type Change = Step["changes"][number];

/** Why what would be applied now is not what was reviewed, a line each, none of them with a value. */
export type Differences = readonly string[];

/**
 * Compares a preview with the one that was reviewed: the steps, the configuration, and the state that
 * both started from.
 * @param begun Whether an earlier run began to apply what was reviewed, so that what it has done is
 * no step any more, and the state has moved.
 */
export function compareWithReview(
  reviewed: StackReport,
  fresh: StackReport,
  { begun }: { readonly begun: boolean },
): Differences {
  const configured = reviewed.configuration === fresh.configuration ? [] : [configuredOtherwise];
  if (fresh.outcome === "failed") {
    const told = fresh.problems.map(({ happened, code }) => `${happened} [${code}]`);
    return [`It cannot be previewed any more: ${told.join(" ")}`, ...configured];
  }
  const blind = fresh.problems.filter(isBlind);
  if (blind.length > 0) return blind.map(({ happened, remedy }) => `${happened} ${remedy}`);
  const added = fresh.steps.flatMap((step) => addition(step, reviewed.steps, begun));
  if (begun) return [...added, ...configured];
  const gone = reviewed.steps
    .filter(({ urn }) => !fresh.steps.some((step) => step.urn === urn))
    .map((step) => `${describe(step)} was reviewed, and is not to be done any more`);
  const differing = [...added, ...gone, ...configured];
  if (differing.length > 0) return differing;
  if (fresh.digest !== reviewed.digest) {
    return ["A value that is not shown, or an output of the stack, is another than was reviewed"];
  }
  if (reviewed.checkpoint === fresh.checkpoint) return [];
  return ["The stack was updated since the review"];
}

const configuredOtherwise =
  "The configuration in its stack file was changed since the review (values are not shown)";

function addition(step: Step, reviewed: readonly Step[], begun: boolean): Differences {
  const same = reviewed.find(({ urn }) => urn === step.urn);
  if (same === undefined) return [`${describe(step)} was not reviewed`];
  if (begun && step.leftover && same.operation === "replace") return [];
  if (same.operation !== step.operation) {
    return [`${describe(step)}, of which a review saw: ${same.operation}`];
  }
  const [told, reviewedOf] = [comparable(step), comparable(same)];
  if (isDeepStrictEqual(told, reviewedOf) || (begun && isRest(told, reviewedOf))) return [];
  const paths = told.changes
    .filter((change) => !reviewedOf.changes.some((other) => isDeepStrictEqual(other, change)))
    .map(({ path }) => path);
  const where = paths.length === 0 ? "its properties" : paths.join(", ");
  return [`${describe(step)} changes ${where} otherwise than was reviewed`];
}

/** Whether a step is what is left of another: what that was to know only after the apply is known. */
function isRest({ changes, causes, ...step }: Step, reviewed: Step): boolean {
  const { changes: reviewedChanges, causes: reviewedCauses, ...reviewedStep } = reviewed;
  return (
    isDeepStrictEqual(step, reviewedStep) &&
    causes.every((cause) => reviewedCauses.includes(cause)) &&
    changes.every((change) => reviewedChanges.some((other) => isSameByNow(change, other)))
  );
}

function isSameByNow(change: Change, reviewed: Change): boolean {
  if (isDeepStrictEqual(change, reviewed)) return true;
  const { path, after = {} } = reviewed;
  return path === change.path && "hidden" in after && after.hidden === "known after apply";
}

/** What the store holds by now is no other change: an admin may mint after the review. */
function comparable({ changes, ...step }: Step): Step {
  if (!step.type.includes("opconnect:Connect")) return { ...step, changes };
  return { ...step, changes: changes.filter(({ path }) => !/^stored\b/.test(path)) };
}

function describe({ operation, type, name }: Step): string {
  return `${operation} of ${type.replace(/^.*:/, "")} ${name}`;
}
