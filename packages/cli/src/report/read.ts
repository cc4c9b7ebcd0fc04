import { readFile } from "node:fs/promises";
import { ConnectError } from "@opconnect/core";
import { type FleetReport, parseReportFile } from "@opconnect/fleet";

/**
 * Reads the file of a report.
 * @throws `ARGUMENT_INVALID` if there is none, and the codes of {@link parseReportFile}.
 */
export async function readReport(file: string): Promise<FleetReport> {
  return parseReportFile(await textOf(file), file);
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
    throw new ConnectError(
      "ARGUMENT_INVALID",
      `The report ${file} cannot be read (${code}).`,
      "Name a file that `opconnect preview --json` wrote.",
    );
  }
}
