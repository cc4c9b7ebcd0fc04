import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { knownCharts } from "@opconnect/core/known-charts";
import type { ReportProgress } from "../progress.ts";
import { onepasswordOperator } from "./catalog.ts";
import { ensureTool, toolFolder } from "./ensure-tool.ts";
import type { Program } from "./program.ts";

/** Versions of the operator that charts bring, oldest first. */
export const operatorVersions: readonly string[] = [
  ...new Set(knownCharts.flatMap(({ operatorVersion = [] }) => operatorVersion)),
];

/**
 * The operator in a version that a chart brings: a program of the folder OPCONNECT_OPERATORS, else
 * built from its Go module, once.
 * @throws an Error that says why there is none.
 */
export async function ensureOperator(version: string, report: ReportProgress): Promise<Program> {
  const program = findOperator(version);
  if (program.kind === "built") await ensureTool({ ...onepasswordOperator, version }, report);
  return program;
}

/**
 * Where the operator of a version is, built or not.
 * @throws an Error if no chart brings that version, and the folder has none of it.
 */
export function findOperator(version: string): Program {
  const { name } = onepasswordOperator;
  const path = ownOperator(version);
  if (path !== undefined) {
    return { name, version, path, kind: "real", origin: "OPCONNECT_OPERATORS" };
  }
  if (!operatorVersions.includes(version)) {
    throw new Error(`No chart brings version ${version} of the operator; see OPCONNECT_OPERATORS.`);
  }
  const built = join(toolFolder({ ...onepasswordOperator, version }), name);
  return { name, version, path: built, kind: "built", origin: "built from its Go module" };
}

/** What a user has of that version, e.g. out of 1Password's image. */
function ownOperator(version: string): string | undefined {
  const { OPCONNECT_OPERATORS = "" } = process.env;
  if (OPCONNECT_OPERATORS === "" || version === "") return undefined;
  const file = resolve(OPCONNECT_OPERATORS, `${onepasswordOperator.name}-${version}`);
  return existsSync(file) ? file : undefined;
}
