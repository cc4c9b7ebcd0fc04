import { ConnectError } from "@opconnect/core";
import type { FleetRun } from "./model.ts";

/**
 * The marks of parts as one of each project.
 * @throws `FLEET_REPORT_MISMATCH` if they are of two runs: together they would tell of what never
 * was at one time.
 */
export function mergeRuns(runs: readonly FleetRun[]): readonly FleetRun[] {
  const merged = new Map<string, FleetRun>();
  for (const run of runs) {
    const known = merged.get(run.project) ?? run;
    for (const [name, differ] of fields) {
      if (known[name] !== run[name]) throw mixture(run, differ(known, run));
    }
    const times = [known.from, known.to, run.from, run.to].sort();
    const { from, to } = { from: times[0] ?? run.from, to: times.at(-1) ?? run.to };
    if (Date.parse(to) - Date.parse(from) > MAX_SPAN_HOURS * 3_600_000) {
      const apart = `more than ${MAX_SPAN_HOURS} hours apart`;
      throw mixture(run, `one was begun at ${from}, another at ${to}: ${apart}`);
    }
    merged.set(run.project, { ...known, from, to });
  }
  return [...merged.values()].sort((a, b) => (a.project < b.project ? -1 : 1));
}

type Differ = (one: FleetRun, other: FleetRun) => string;

/** What the parts of a run have in common, and how it is said that they do not. */
const fields: readonly (readonly [keyof FleetRun, Differ])[] = [
  ["commit", (a, b) => `some are of ${commitOf(a)}, others of ${commitOf(b)}`],
  ["program", () => "some are of other files of the program than others"],
  ["engine", (a, b) => `some are by Pulumi ${a.engine}, others by ${b.engine}`],
  ["request", () => "some were asked for other stacks, another base or other policies than others"],
];

function commitOf({ commit }: FleetRun): string {
  return commit === undefined ? "no commit of git" : `commit ${commit.slice(0, 12)}`;
}

function mixture({ project }: FleetRun, differ: string): ConnectError {
  return new ConnectError(
    "FLEET_REPORT_MISMATCH",
    `The reports are of two runs of the project ${project}: ${differ}.`,
    "Merge the reports of the shards of one run; run again those of the other.",
  );
}

const MAX_SPAN_HOURS = 12;
