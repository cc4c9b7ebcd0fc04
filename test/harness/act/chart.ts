import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { chartFacts, latestChartVersion } from "@opconnect/core";
import type { ConnectEnvironmentArgs } from "@opconnect/pulumi";
import { materializeChart } from "../../rig/chart/index.ts";
import { printProgress } from "../../rig/progress.ts";
import { ensureOperator } from "../../rig/tools/operators.ts";
import type { RigAccess } from "../rig-access.ts";
import { rigChart } from "./environment-config.ts";

/** What a program says of the chart, and of the operator if that is not the chart's own. */
export type GivenChart = Pick<ConnectEnvironmentArgs, "chart" | "values">;

const newestOperator = chartFacts(latestChartVersion).operatorVersion ?? "";

/** Operators that `npm test` runs: the newest, and the oldest. Another one is minutes more to build. */
const operatorsOfSuites: readonly string[] = ["1.8.1", newestOperator];

/**
 * The chart in a version, with its own operator where that is one that suites run; else with the
 * newest, which the program then names, as a user can.
 */
export async function chartForSuites(rig: RigAccess, version: string): Promise<GivenChart> {
  const { operatorVersion = newestOperator } = chartFacts(version);
  const isRun = operatorsOfSuites.includes(operatorVersion);
  return chartWith(rig, version, isRun ? operatorVersion : newestOperator);
}

/** The chart in a version, with its own operator. What a newer chart brings is not known. */
export async function chartWithOwnOperator(rig: RigAccess, version: string): Promise<GivenChart> {
  const { operatorVersion } = chartFacts(version);
  if (operatorVersion !== undefined) return chartWith(rig, version, operatorVersion);
  return { chart: { version, path: await chartPath(rig, version) } };
}

/** The chart in a version with an operator, which is built if need be before a pod asks for it. */
async function chartWith(rig: RigAccess, version: string, operator: string): Promise<GivenChart> {
  await ensureOperator(operator, printProgress());
  const chart = { version, path: await chartPath(rig, version) };
  const { isKnown, operatorVersion } = chartFacts(version);
  if (!isKnown || operatorVersion === operator) return { chart };
  return { chart, values: { operator: { version: operator } } };
}

/** The folder of the chart in a version: a developer's real one if that is it, else a fixture. */
export async function chartPath(rig: RigAccess, version: string): Promise<string> {
  const given = rigChart(rig);
  if (given.version === version) return given.path;
  const folder = join(rig.dir, "charts", version);
  await mkdir(folder, { recursive: true });
  return materializeChart(folder, version);
}
