import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseReportFile, type StackReport } from "@opconnect/fleet";
import { z } from "zod";
import { createFleetFolder, type FleetFolder } from "../harness/act/fleet-project.ts";
import { opconnect } from "../harness/act/opconnect.ts";
import type { RigAccess } from "../harness/rig-access.ts";
import { before, type Kind } from "./kinds.ts";

/** The program of the stacks: it makes what their configuration declares. */
export const program = join(import.meta.dirname, "program");

/** How a kind of change looks to us, and to `pulumi preview --json` alone. */
export interface Comparison {
  readonly kind: string;
  readonly ours: readonly string[];
  readonly theirs: readonly string[];
}

/** Lays a project with a stack for each kind of change, all of them brought up to the same. */
export async function layKinds(
  rig: RigAccess,
  name: string,
  kinds: readonly Kind[],
): Promise<FleetFolder> {
  const folder = await createFleetFolder(rig, name, program);
  await folder.configure("base", { declared: before });
  const { exitCode, stderr } = await folder.pulumi([
    ...["up", "--yes", "--skip-preview", "--stack", "base"],
  ]);
  if (exitCode !== 0) throw new Error(`The base was not brought up: ${stderr}`);
  for (const [at, { after }] of kinds.entries()) {
    await folder.configure(stackOf(at), { declared: after });
    await folder.copyState("base", stackOf(at));
  }
  return folder;
}

/** Previews all kinds at once, and each alone with `pulumi`. */
export async function compareKinds(
  rig: RigAccess,
  folder: FleetFolder,
  kinds: readonly Kind[],
): Promise<readonly Comparison[]> {
  const names = new Map(kinds.map(({ name }, at) => [stackOf(at), name]));
  const compared = await compareStacks(rig, folder, [...names.keys()]);
  return compared.map(({ stack, ...steps }) => ({ kind: names.get(stack) ?? stack, ...steps }));
}

/** Previews stacks at once, and each alone with `pulumi`. */
export async function compareStacks(
  rig: RigAccess,
  folder: FleetFolder,
  stacks: readonly string[],
): Promise<readonly (Omit<Comparison, "kind"> & { readonly stack: string })[]> {
  const file = join(folder.dir, "report.json");
  const run = await opconnect(rig, ["preview", ...stacks, "--json", file], { cwd: folder.dir });
  const text = await readFile(file, "utf8").catch(() => {
    throw new Error(`There is no report: ${run.stderr}`);
  });
  const reports = new Map(parseReportFile(text, file).stacks.map((each) => [each.stack, each]));
  const comparisons = [];
  for (const stack of stacks) {
    const report = reports.get(stack);
    const theirs = await theirSteps(folder, stack);
    comparisons.push({ stack, ours: report === undefined ? [] : ourSteps(report), theirs });
  }
  return comparisons;
}

function stackOf(at: number): string {
  return `kind-${String(at).padStart(2, "0")}`;
}

function ourSteps({ outcome, steps }: StackReport): readonly string[] {
  if (outcome === "failed") return ["failed"];
  return steps.map(({ operation, urn, causes }) => lineOf(operation, urn, causes)).toSorted();
}

async function theirSteps(folder: FleetFolder, stack: string): Promise<readonly string[]> {
  const { exitCode, stdout } = await folder.pulumi(["preview", "--json", "--stack", stack]);
  if (exitCode !== 0) return ["failed"];
  const { steps } = digestSchema.parse(JSON.parse(stdout));
  // A report names no more of a cause than where it begins: what follows may be a program's own words.
  const lines = steps
    .filter(
      ({ op, urn }) =>
        !["same", "read"].includes(op) && !/::pulumi:(pulumi:Stack|providers:\w+)::/.test(urn),
    )
    .map(({ op, urn, replaceReasons }) =>
      lineOf(
        /replace/.test(op) ? "replace" : op,
        urn,
        replaceReasons.map((reason) => reason.replace(/[.[].*/, "")),
      ),
    );
  return [...new Set(lines)].toSorted();
}

function lineOf(operation: string, urn: string, causes: readonly string[]): string {
  const why = operation === "replace" && causes.length > 0 ? ` for ${causes.toSorted()}` : "";
  return `${operation} ${urn.split("::").slice(2).join(" ")}${why}`;
}

const digestSchema = z.object({
  steps: z.array(
    z.object({
      op: z.string(),
      urn: z.string(),
      replaceReasons: z
        .array(z.string())
        .nullish()
        .transform((reasons) => reasons ?? []),
    }),
  ),
});
