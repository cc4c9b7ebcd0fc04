import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chartFacts, latestChartVersion } from "@opconnect/core";
import { parseDocument, stringify } from "yaml";

/**
 * Writes the fixture chart as one version of 1Password's chart `connect`. Its templates were written
 * for the tests: for the values that opconnect sets they render the objects of that version, or of
 * the newest that is known, if it is newer.
 * @returns the chart's folder, `<dir>/connect`.
 */
export async function materializeChart(dir: string, version: string): Promise<string> {
  const { isKnown } = chartFacts(version);
  const { connectVersion: appVersion, operatorVersion } = chartFacts(
    isKnown ? version : latestChartVersion,
  );
  const folder = join(dir, "connect");
  await cp(templates, folder, { recursive: true });
  const chart = { apiVersion: "v2", name: "connect", type: "application", version, appVersion };
  await writeFile(join(folder, "Chart.yaml"), stringify(chart));
  const values = parseDocument(await readFile(join(folder, "values.yaml"), "utf8"));
  values.setIn(["operator", "version"], operatorVersion);
  values.setIn(["connect", "serviceType"], version.startsWith("1.") ? "NodePort" : "ClusterIP");
  await writeFile(join(folder, "values.yaml"), values.toString());
  return folder;
}

const templates = fileURLToPath(new URL("./connect", import.meta.url));
