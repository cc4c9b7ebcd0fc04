import { fleetOutcome, missingShards } from "../report/merge.ts";
import { type FleetReport, riskLevels, type StackReport } from "../report/model.ts";

/** Name of the file that Spacelift reads: policies get it as `third_party_metadata.custom.opconnect`. */
export const spaceliftFile = "opconnect.custom.spacelift.json";

/**
 * What a plan policy of Spacelift decides by: the risks, counted and each with its stack.
 * @see https://docs.spacelift.io/concepts/policy/terraform-plan-policy
 */
export function renderSpacelift(report: FleetReport): string {
  const risks = report.stacks.flatMap(({ project, stack, risks }) =>
    risks.map((risk) => ({ project, stack, ...risk })),
  );
  const counts = Object.fromEntries(
    riskLevels.map((level) => [level, risks.filter((risk) => risk.level === level).length]),
  );
  const data = {
    version: report.version,
    kind: report.kind,
    outcome: fleetOutcome(report),
    missingShards: missingShards(report),
    stacks: outcomes(report.stacks),
    counts,
    risks,
  };
  return `${JSON.stringify(data, undefined, 1)}\n`;
}

function outcomes(stacks: readonly StackReport[]): Readonly<Record<string, number>> {
  const all = ["unchanged", "changed", "failed"] as const;
  return Object.fromEntries(
    all.map((outcome) => [outcome, stacks.filter((each) => each.outcome === outcome).length]),
  );
}
