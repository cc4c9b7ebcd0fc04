import { counted } from "@opconnect/core/counted";
import { tinted } from "../terminal/style.ts";
import type { CheckResult } from "./check-result.ts";

/** What checks prove of an environment, together. */
export type Outcome = "proven" | "wrong" | "unproven";

/** Exit code by outcome. */
export const exitCodes: Readonly<Record<Outcome, number>> = { proven: 0, wrong: 1, unproven: 2 };

/** A look that failed has seen nothing, right or wrong. */
export function asSeen(result: CheckResult): CheckResult {
  const isUnseen = result.status === "failed" && result.code !== undefined;
  return isUnseen ? { ...result, status: "skipped" } : result;
}

export function outcomeOf(checks: readonly CheckResult[]): Outcome {
  if (checks.some(({ status }) => status === "failed")) return "wrong";
  return checks.some((check) => isOnItsWay(check) || check.status === "skipped")
    ? "unproven"
    : "proven";
}

/** Says it in one line. */
export function verdictOn(checks: readonly CheckResult[]): string {
  const count = (of: (check: CheckResult) => boolean) => checks.filter(of).length;
  switch (outcomeOf(checks)) {
    case "proven":
      return tinted(`All is in place, by ${counted(checks.length, "check")}.`, "ok");
    case "wrong": {
      const wrong = count(({ status }) => status === "failed");
      return tinted(`${wrong} of ${checks.length} checks failed.`, "failed");
    }
    case "unproven": {
      const [coming, unseen] = [count(isOnItsWay), count(({ status }) => status === "skipped")];
      const parts = [
        ...(coming > 0 ? [`${coming} on the way still`] : []),
        ...(unseen > 0 ? [`${unseen} not looked at`] : []),
      ];
      return tinted(`Nothing is wrong, but not all is proven: ${parts.join(", ")}.`, "unknown");
    }
  }
}

/** What these warn of comes right by itself; a token that ends soon, for one, works. */
function isOnItsWay({ check, status }: CheckResult): boolean {
  return status === "warning" && (check === "item" || check === "deployment");
}
