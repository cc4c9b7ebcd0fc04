import { join } from "node:path";
import { ConnectError } from "@opconnect/core";
import {
  renderHtml,
  renderMarkdown,
  renderSpacelift,
  renderTerminal,
  spaceliftFile,
  writeJobSummary,
} from "@opconnect/fleet";
import { z } from "zod";
import { writeResult } from "../terminal/output/write-result.ts";
import { tintReport } from "../terminal/report-tint.ts";
import { readReport } from "./read.ts";

const optionsSchema = z.object({
  markdown: z.string().optional(),
  html: z.string().optional(),
  spacelift: z.string().optional(),
  summary: z.boolean().default(false),
  whole: z.string().optional(),
  detailed: z.boolean().default(false),
});

/** Writes a report in the forms that were asked for; on the terminal, where none was. */
export async function renderReport(file: string, given: unknown): Promise<void> {
  const { markdown, html, spacelift, summary, whole, detailed } = optionsSchema.parse(given);
  const report = await readReport(file);
  const options = { ...(whole !== undefined && { whole }) };
  if (markdown !== undefined) await writeResult(markdown, renderMarkdown(report, options));
  if (html !== undefined) await writeResult(html, renderHtml(report));
  if (spacelift !== undefined)
    await writeResult(join(spacelift, spaceliftFile), renderSpacelift(report));
  if (summary) await writeJobSummary(summaryFile(), report, whole);
  if ([markdown, html, spacelift].some((each) => each !== undefined) || summary) return;
  process.stdout.write(renderTerminal(report, { tint: tintReport, detailed }));
}

function summaryFile(): string {
  const { GITHUB_STEP_SUMMARY: file } = process.env;
  if (file) return file;
  throw new ConnectError(
    "ARGUMENT_INVALID",
    "`GITHUB_STEP_SUMMARY` is not set.",
    "Use `--summary` in a job of GitHub Actions only.",
  );
}
