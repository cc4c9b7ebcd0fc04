import { digestOf, shapeOf } from "./digest.ts";
import { parseEvents } from "./engine/events.ts";
import { type PlannedStep, plannedSteps, stackOutputChanges } from "./engine/planned-steps.ts";
import { mintingNeeds } from "./minting-needs.ts";
import type { StackReport } from "./model.ts";
import { brokenOff, type Doing, isWhole, problemsOf } from "./problems.ts";
import { risksOf } from "./risks/risks.ts";
import { shownCauses, shownChanges, shownOutputs, shownText } from "./shown.ts";

/** What one preview left behind. */
export interface StackRun {
  readonly project: string;
  readonly stack: string;
  /** Client and environment, where the convention parses them from the stack's name. */
  readonly client?: string;
  readonly environment?: string;
  /** The engine's events, as the Automation API or `pulumi preview --json` streams them. */
  readonly events: readonly unknown[];
  /**
   * What was done to it.
   * @default "preview"
   */
  readonly doing?: Doing;
  /** Why there are no events, or not all of them: texts of ours, without a secret. */
  readonly failure?: StackReport["problems"][number];
  /** Digest of the state that was previewed against. */
  readonly checkpoint?: string;
  /** Digest of the configuration that it was previewed with. */
  readonly configuration?: string;
  /** Risks of its configuration as the files have it, beside those that the events tell. */
  readonly configurationRisks?: StackReport["risks"];
}

/**
 * What a change does to a stack, from the events of its preview, or of its update. The report holds
 * no secret: values come from a list of what may be shown, texts of programs and providers are not
 * shown at all.
 */
export function describeStack(run: StackRun): StackReport {
  const { project, stack, client, environment, doing = "preview", failure } = run;
  const { checkpoint, configuration, configurationRisks = [] } = run;
  const { events } = parseEvents(run.events);
  const planned = plannedSteps(events);
  const outputChanges = stackOutputChanges(events);
  const steps = planned.map(shownStep);
  const outputs = shownOutputs(outputChanges);
  const minting = mintingNeeds(planned);
  const problems = [...(failure === undefined ? problemsOf(events, { stack, doing }) : [failure])];
  const hasFailed = failure !== undefined || !isWhole(events);
  if (hasFailed && problems.every(({ code }) => code === "FLEET_PREVIEW_INCOMPLETE")) {
    problems.push(brokenOff(events, { stack, doing }));
  }
  const risks = risksOf(planned, events, { minting, problems, configurationRisks });
  const changed = steps.length > 0 || outputs.length > 0 ? "changed" : "unchanged";
  const outcome = hasFailed ? "failed" : changed;
  const told = { outcome, steps, outputs, minting, risks, problems } as const;
  return {
    project,
    stack,
    ...(client !== undefined && { client }),
    ...(environment !== undefined && { environment }),
    ...told,
    digest: digestOf(planned, outputChanges),
    shape: shapeOf(told, run),
    ...(checkpoint !== undefined && { checkpoint }),
    ...(configuration !== undefined && { configuration }),
  };
}

function shownStep(step: PlannedStep): StackReport["steps"][number] {
  const { urn, type, operation, causes, changes, before, isLeftover } = step;
  const isKept = operation === "delete" && before?.retainOnDelete === true;
  return {
    urn: shownText(urn),
    type: shownText(type),
    name: shownText(urn.split("::").slice(3).join("::")),
    operation,
    causes: shownCauses(type, causes),
    changes: shownChanges(type, changes),
    ...(isKept && { retained: true as const }),
    ...(isLeftover && { leftover: true as const }),
  };
}
