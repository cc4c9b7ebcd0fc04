import { isConnectError } from "@opconnect/core";
import type { PreflightResult } from "@opconnect/provision";

/** What one check found: those of a preflight, and those that need a stack. */
export interface Finding extends Omit<PreflightResult, "check"> {
  readonly check: PreflightResult["check"] | "store" | "server" | "token" | "item";
}

/** Turns a failure that we foresaw into a finding. */
export async function findingOf(
  check: Finding["check"],
  subject: string | undefined,
  look: () => Promise<Omit<Finding, "check" | "subject">>,
): Promise<Finding> {
  const about = subject === undefined ? { check } : { check, subject };
  try {
    return { ...about, ...(await look()) };
  } catch (error) {
    if (!isConnectError(error)) throw error;
    const { happened, remedy, code } = error;
    return { ...about, status: "failed", happened, remedy, code };
  }
}
