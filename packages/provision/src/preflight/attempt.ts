import { isConnectError } from "@opconnect/core";
import type { PreflightCheck, PreflightResult } from "./preflight-result.ts";

/** A result without the name of its check. */
export type Finding = Omit<PreflightResult, "check" | "subject">;

/** Runs one check, and reports what it throws as its result. */
export async function attempt(
  { check, subject }: { readonly check: PreflightCheck; readonly subject?: string },
  work: () => Promise<Finding>,
): Promise<PreflightResult> {
  const name = { check, ...(subject === undefined ? {} : { subject }) };
  try {
    return { ...name, ...(await work()) };
  } catch (error) {
    if (!isConnectError(error)) throw error;
    const { code, happened, remedy } = error;
    return { ...name, status: "failed", happened, remedy, code };
  }
}

/** The result of a check that nobody ran. */
export function skipped(check: PreflightCheck, because: string): PreflightResult {
  return { check, status: "skipped", happened: because };
}

/** The first of some results that failed. */
export function firstFailed(...results: readonly PreflightResult[]): PreflightResult | undefined {
  return results.find(({ status }) => status === "failed");
}

/** Why a check that needs another one was not run. */
export function skippedAfter(check: PreflightCheck, failed: PreflightResult): PreflightResult {
  return skipped(check, `Not looked at, because the check ${failed.check} failed.`);
}
