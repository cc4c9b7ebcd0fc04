import { fleetOutcome, mergeReports, missingShards, renderReportFile } from "@opconnect/fleet";
import { z } from "zod";
import { writeResult } from "../terminal/output/write-result.ts";
import { say } from "../terminal/say.ts";
import { readReport } from "./read.ts";

const optionsSchema = z.object({ json: z.string(), allowChanges: z.boolean().default(false) });

/** Merges the reports of shards, and says by the exit code what came of it. */
export async function mergeReportFiles(files: readonly string[], given: unknown): Promise<void> {
  const { json, allowChanges } = optionsSchema.parse(given);
  const report = mergeReports(await Promise.all(files.map(readReport)));
  await writeResult(json, renderReportFile(report));
  const missing = missingShards(report);
  if (missing.length > 0)
    say(`Of ${report.shards.of} shards, these are missing: ${missing.join(", ")}.`);
  process.exitCode = { unchanged: 0, changed: allowChanges ? 0 : 2, failed: 1 }[
    fleetOutcome(report)
  ];
}
