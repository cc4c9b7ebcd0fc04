import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { latestChartVersion } from "@opconnect/core";
import { isInRigFolder } from "../rig-folder.ts";
import { materializeChart } from "./index.ts";

/** The folder of the 1Password chart: the user's OPCONNECT_CHART, else a fixture in the rig. */
export async function chartFolder(dir: string): Promise<string> {
  const own = userChart();
  if (own !== undefined) return own;
  const parent = join(dir, "chart");
  await mkdir(parent);
  return materializeChart(parent, latestChartVersion);
}

/** The chart that OPCONNECT_CHART names, unless a shell has it from the environment of a rig. */
export function userChart(): string | undefined {
  const { OPCONNECT_CHART = "" } = process.env;
  const absent = OPCONNECT_CHART === "" || isInRigFolder(OPCONNECT_CHART);
  return absent ? undefined : resolve(OPCONNECT_CHART);
}
