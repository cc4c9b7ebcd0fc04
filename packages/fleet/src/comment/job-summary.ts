import { appendFile } from "node:fs/promises";
import { writingFile } from "@opconnect/core/writing-file";
import { renderMarkdown } from "../render/markdown.ts";
import type { FleetReport } from "../report/model.ts";

/**
 * Adds the report to the summary of an Actions job. GitHub drops a summary of more than 1 MiB as a
 * whole, so it stays well below.
 * @param file What `GITHUB_STEP_SUMMARY` names.
 * @throws `FILE_UNWRITABLE` if it cannot be written.
 */
export async function writeJobSummary(
  file: string,
  report: FleetReport,
  whole?: string,
): Promise<void> {
  const options = { limitBytes: 1_000_000, ...(whole !== undefined && { whole }) };
  const text = `${renderMarkdown(report, options)}\n`;
  await writingFile(file, () => appendFile(file, text));
}
