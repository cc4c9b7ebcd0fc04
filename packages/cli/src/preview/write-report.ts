import {
  type FleetReport,
  renderHtml,
  renderMarkdown,
  renderReportFile,
  renderTerminal,
} from "@opconnect/fleet";
import { writeResult } from "../terminal/output/write-result.ts";
import { tintReport } from "../terminal/report-tint.ts";

/** Where a report goes, beside the terminal. `-` is standard output. */
export interface ReportFiles {
  readonly json?: string | undefined;
  readonly markdown?: string | undefined;
  readonly html?: string | undefined;
}

/** Writes a report to files, and for a person to standard output, unless a file is that. */
export async function writeReport(
  report: FleetReport,
  { json, markdown, html }: ReportFiles,
): Promise<void> {
  const texts: readonly (readonly [string | undefined, () => string])[] = [
    [json, () => renderReportFile(report)],
    [markdown, () => renderMarkdown(report, html === undefined ? {} : { whole: html })],
    [html, () => renderHtml(report)],
  ];
  for (const [file, render] of texts) {
    if (file !== undefined) await writeResult(file, render());
  }
  if (![json, markdown, html].includes("-")) {
    process.stdout.write(renderTerminal(report, { tint: tintReport }));
  }
}
