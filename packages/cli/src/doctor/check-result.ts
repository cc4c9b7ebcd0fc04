import type { Finding, PreflightResult } from "@opconnect/provision";

/** What one check found: those of a preflight, and those that need a stack. */
export type CheckResult = PreflightResult<
  PreflightResult["check"] | "state" | "store" | "server" | "token" | "item"
>;

export function failed(happened: string, remedy: string): Finding {
  return { status: "failed", happened, remedy };
}
