import { ConnectError, redacted } from "@opconnect/core";
import { knownOpFailures } from "./known-failures.ts";
import type { OpCommand } from "./run-op.ts";

/** How an `op` command ended. */
export interface OpFailure {
  /** What it printed to stderr. */
  readonly stderr: string;
  /** None if it was killed or never started. */
  readonly exitCode?: number;
  /** Signal that killed it. */
  readonly signal?: string;
  /** Error of the operating system, e.g. `"ENOENT"`. */
  readonly systemCode?: string;
  readonly timedOut?: boolean;
  /** The time limit, in milliseconds. */
  readonly timeoutMs?: number;
  /** A service account or Connect is configured here, which we keep from `op`. */
  readonly unattendedIdentity?: boolean;
}

/**
 * Turns a failure of `op` into a `ConnectError`. The text of `op` is always part of it, whole but
 * for what may be a secret: nobody knows all its texts, and a guess must not hide one.
 */
export function opError(failure: OpFailure, command: OpCommand): ConnectError {
  const could = `\`op\` could not ${command.purpose}`;
  if (failure.systemCode === "ENOENT") {
    return new ConnectError(
      "OP_NOT_INSTALLED",
      `${could}: there is no \`op\` on PATH.`,
      "Install the 1Password CLI, 2.25 or later: https://developer.1password.com/docs/cli/get-started.",
    );
  }
  if (failure.timedOut) {
    return new ConnectError(
      "OP_TIMED_OUT",
      `${could}: it gave no answer within ${Math.round((failure.timeoutMs ?? 0) / 1000)} seconds and was ended.`,
      "Look whether 1Password waits for a confirmation, unlock it, and run again.",
    );
  }
  const text = opText(failure.stderr);
  const happened = `${could}: ${text === "" ? "it printed nothing" : text} (${ending(failure)}).`;
  const known = knownOpFailures.find(({ matches }) => matches({ text, failure, command }));
  if (known === undefined) return new ConnectError("OP_FAILED", happened, unknownRemedy(command));
  return new ConnectError(known.code, happened, known.remedy({ text, failure, command }));
}

/** The text of `op` on one line, without the prefix of its log and without secrets. */
function opText(stderr: string): string {
  const lines = stderr
    .split("\n")
    .map((line) => line.replace(/^\[ERROR\] [\d/]+ [\d:]+ /, "").trim());
  return redacted(lines.filter((line) => line !== "").join(" "));
}

function ending({ exitCode, signal, systemCode }: OpFailure): string {
  if (exitCode !== undefined) return `exit code ${exitCode}`;
  return signal === undefined ? `${systemCode ?? "not started"}` : `killed by ${signal}`;
}

function unknownRemedy({ args }: OpCommand): string {
  const shown = args.map((arg) => (/^[\w@.,:/=-]+$/.test(arg) ? arg : `'${arg}'`)).join(" ");
  return `Run \`op ${shown}\` yourself to see more.`;
}
