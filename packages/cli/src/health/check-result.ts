import type { Finding, PreflightResult } from "@opconnect/provision";
import type { HealthResult } from "@opconnect/provision/health";

/** What one check found: those of a preflight, and those that need a stack. */
export type CheckResult = PreflightResult<
  | PreflightResult["check"]
  | HealthResult["check"]
  | "state"
  | "store"
  | "server"
  | "token"
  | "account-token"
>;

export function failed(happened: string, remedy: string): Finding {
  return { status: "failed", happened, remedy };
}
