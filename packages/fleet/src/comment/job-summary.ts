import { appendFile } from "node:fs/promises";
import { renderMarkdown } from "../render/markdown.ts";
import type { FleetReport } from "../report/model.ts";

/**
 * Adds the report to the summary of an Actions job. GitHub drops a summary of more than 1 MiB as a
 * whole, so it stays well below.
 * @param file What `GITHUB_STEP_SUMMARY` names.
 */
export async function writeJobSummary(
  file: string,
  report: FleetReport,
  whole?: string,
): Promise<void> {
  const options = { limitBytes: 1_000_000, ...(whole !== undefined && { whole }) };
  await appendFile(file, `${renderMarkdown(report, options)}\n`);
}
