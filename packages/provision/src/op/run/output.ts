import { ConnectError, redacted } from "@opconnect/core";
import type { z } from "zod";
import type { OpCall } from "./call.ts";

/**
 * Parses what `op … --format json` printed. An empty list may be printed as nothing at all, and
 * warnings may come before either.
 * @throws `OP_OUTPUT_UNEXPECTED` if it is not what the schema says.
 */
export function parseOpJson<T>(stdout: string, schema: z.ZodType<T>, call: OpCall): T {
  const parsed = schema.safeParse(withoutLog(stdout) === "" ? [] : findJson(stdout));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const place = issue === undefined || issue.path.length === 0 ? "" : ` at ${issue.path.join(".")}`;
  throw unexpectedOutput(
    call,
    `${issue?.message ?? "no match"}${place}`,
    call.printsSecret ? undefined : stdout,
  );
}

/** The last line that holds anything: warnings may come before the value. */
export function lastLine(stdout: string): string {
  return stdout.trim().split("\n").at(-1)?.trim() ?? "";
}

/** An error that shows the beginning of what `op` printed, on one line. Not for output that holds secrets. */
export function unexpectedOutput(call: OpCall, problem: string, stdout?: string) {
  const printed = redacted(stdout ?? "")
    .trim()
    .replace(/\s+/g, " ");
  const shown = stdout === undefined ? "" : ` It printed: ${printed.slice(0, 200)}.`;
  return new ConnectError(
    "OP_OUTPUT_UNEXPECTED",
    `\`op\` was to ${call.purpose}, and its answer is not understood: ${problem}.${shown}`,
    "Check that `op --version` is 2.25 or later and that `op` is the 1Password CLI.",
  );
}

/** What is left without the lines of `op`'s own log, which can land on stdout. */
function withoutLog(stdout: string): string {
  return stdout.replace(/^\[(WARNING|WARN|INFO|DEBUG)\].*$/gm, "").trim();
}

/** The first line from which on the text is JSON: a warning may start with a bracket as well. */
function findJson(text: string): unknown {
  for (const { index } of text.matchAll(/^\s*[[{]/gm)) {
    try {
      return JSON.parse(text.slice(index));
    } catch {
      // Then the JSON starts further down.
    }
  }
  return undefined;
}
