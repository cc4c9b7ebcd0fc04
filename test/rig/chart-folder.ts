import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";

/** The folder of the 1Password chart: the user's OPCONNECT_CHART, else a fixture in the rig. */
export async function chartFolder(dir: string): Promise<string> {
  const { OPCONNECT_CHART } = process.env;
  if (OPCONNECT_CHART) return resolve(OPCONNECT_CHART);
  const parent = join(dir, "chart");
  await mkdir(parent);
  const specifier = new URL("./chart/index.ts", import.meta.url);
  if (!existsSync(specifier)) return parent;
  const { materializeChart } = await import(specifier.href);
  return materializeChart(parent, FIXTURE_VERSION);
}

const FIXTURE_VERSION = "2.4.1";
