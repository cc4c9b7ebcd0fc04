import { isDeepStrictEqual } from "node:util";
import { ConnectError } from "@opconnect/core";
import { mergeRuns } from "./merge-runs.ts";
import type { FleetReport, StackReport } from "./model.ts";
import { stackKey } from "./shapes/group.ts";

/**
 * One report of the parts of a fleet. In which order they come, and whether one comes twice, makes
 * no difference; parts that are not there yet are told by {@link missingShards}.
 * @throws `FLEET_REPORT_MISMATCH` if they are not parts of one run, or two tell of one stack otherwise.
 */
export function mergeReports(reports: readonly FleetReport[]): FleetReport {
  const [first] = reports;
  if (first === undefined) throw mismatch("There is no report to merge.");
  const { version, kind, shards } = first;
  if (reports.some((report) => report.kind !== kind)) {
    throw mismatch("Some of the reports are of a preview, others of drift.");
  }
  const runs = mergeRuns(reports.flatMap((report) => report.runs));
  requireWholeProjects(reports);
  const other = reports.find((report) => report.shards.of !== shards.of);
  if (other !== undefined) {
    throw mismatch(
      `Some of the reports are one of ${shards.of}, others one of ${other.shards.of}.`,
    );
  }
  const stacks = new Map<string, StackReport>();
  for (const report of reports.flatMap((each) => each.stacks)) {
    const key = stackKey(report);
    const known = stacks.get(key);
    if (known !== undefined && !isDeepStrictEqual(known, report)) {
      throw mismatch(`Two of the reports tell of the stack ${key} otherwise.`);
    }
    stacks.set(key, report);
  }
  const left = reports.flatMap(({ notLookedAt }) => notLookedAt);
  const notLookedAt = new Map(
    left
      .toSorted((a, b) => (a.reason < b.reason ? 1 : -1))
      .flatMap((each) => (stacks.has(stackKey(each)) ? [] : [[stackKey(each), each] as const])),
  );
  const present = [...new Set(reports.flatMap((report) => report.shards.present))];
  return {
    version,
    kind,
    runs,
    stacks: inOrder(stacks),
    notLookedAt: inOrder(notLookedAt),
    shards: { of: shards.of, present: present.sort((a, b) => a - b) },
  };
}

/**
 * Parts are counted for all projects together: a part of one must not fill the gap of another.
 * @throws `FLEET_REPORT_MISMATCH` if there are several projects, and not all parts of each.
 */
function requireWholeProjects(reports: readonly FleetReport[]): void {
  const projects = [...new Set(reports.flatMap(projectsOf))].sort();
  if (projects.length < 2) return;
  for (const project of projects) {
    const parts = reports.filter((report) => projectsOf(report).includes(project));
    const missing = missingIn(parts[0]?.shards.of ?? 1, parts);
    if (missing.length === 0) continue;
    throw mismatch(
      `The reports are of the projects ${projects.join(", ")}, and of ${project} the parts ${missing.join(", ")} are not among them.`,
    );
  }
}

function projectsOf({ runs }: FleetReport): readonly string[] {
  return runs.map(({ project }) => project);
}

function missingIn(of: number, reports: readonly FleetReport[]): readonly number[] {
  const present = new Set(reports.flatMap(({ shards }) => shards.present));
  return Array.from({ length: of }, (_, index) => index + 1).filter((part) => !present.has(part));
}

/** Numbers of the parts that a report does not have: what happens to their stacks is not known. */
export function missingShards(report: FleetReport): readonly number[] {
  return missingIn(report.shards.of, [report]);
}

/** What becomes of the fleet; a part that is missing is a failure. */
export function fleetOutcome(report: FleetReport): StackReport["outcome"] {
  const outcomes = report.stacks.map(({ outcome }) => outcome);
  if (missingShards(report).length > 0 || outcomes.includes("failed")) return "failed";
  return outcomes.includes("changed") ? "changed" : "unchanged";
}

function inOrder<T>(byKey: ReadonlyMap<string, T>): readonly T[] {
  return [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value);
}

function mismatch(happened: string): ConnectError {
  return new ConnectError(
    "FLEET_REPORT_MISMATCH",
    happened,
    "Merge the reports of the shards of one run, each of the same number of shards.",
  );
}
