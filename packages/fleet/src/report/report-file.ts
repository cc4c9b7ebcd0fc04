import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import { ConnectError, isRecord, parseJson } from "@opconnect/core";
import { unlessCode } from "@opconnect/core/has-code";
import type { z } from "zod";
import { type FleetReport, fleetReportSchema, reportFileSchema } from "./model.ts";

/** The report as a file, with a sum by which an edit shows. */
export function renderReportFile(report: FleetReport): string {
  return `${JSON.stringify({ ...report, sum: sumOf(report) }, undefined, 1)}\n`;
}

/**
 * Reads what {@link renderReportFile} wrote.
 * @param name Name of the file, for errors.
 * @throws `FLEET_REPORT_VERSION` if another release wrote it, `FLEET_REPORT_INVALID` if it is no
 * report, or was edited.
 */
export function parseReportFile(text: string, name: string): FleetReport {
  const found = parseJson(text);
  if (!isRecord(found) || !("version" in found)) throw invalid(name, "is no report of a fleet");
  const { sum, ...report } = found;
  if (found.version !== fleetReportSchema.shape.version.value) {
    throw new ConnectError(
      "FLEET_REPORT_VERSION",
      `${name} is a report of another version than this release of opconnect reads.`,
      "Use the release for the preview and for what comes after it that is the same.",
    );
  }
  const parsed = reportFileSchema.safeParse(found);
  if (!parsed.success) throw invalid(name, `is not whole: ${faultsOf(parsed.error)}`);
  if (sum !== sumOf(report)) throw invalid(name, "was edited since it was written");
  const { sum: _, ...read } = parsed.data;
  return read;
}

/** Whether a file begins as {@link renderReportFile} writes it; it is not read any further. */
export async function isReportFile(file: string): Promise<boolean> {
  const opened = await unlessCode(["EACCES"], () => open(file));
  if (opened === undefined) return false;
  try {
    const { buffer, bytesRead } = await opened.read(Buffer.alloc(64), 0, 64, 0);
    const start = buffer.toString("utf8", 0, bytesRead);
    return /^\{\n "version": \d+,\n "kind": "(preview|drift)",\n/.test(start);
  } finally {
    await opened.close();
  }
}

/** The order of keys is that of the file, in which an edit leaves it or does not: both show. */
function sumOf(report: object): string {
  return createHash("sha256").update(JSON.stringify(report), "utf8").digest("hex");
}

/** Where it is at fault: a value would be quoted. */
function faultsOf({ issues }: z.ZodError): string {
  const paths = issues.map(({ path }) => path.join(".") || "all of it");
  return [...new Set(paths)].slice(0, 3).join(", ");
}

function invalid(name: string, fault: string): ConnectError {
  return new ConnectError(
    "FLEET_REPORT_INVALID",
    `${name} ${fault}.`,
    "Run the preview again, and use the file as it was written.",
  );
}
