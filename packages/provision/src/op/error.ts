import { ConnectError, type ConnectErrorCode, redacted } from "@opconnect/core";
import { knownFailures } from "./known-failures.ts";
import type { OpCall, OpEnd } from "./run/call.ts";

export type { OpCall, OpEnd } from "./run/call.ts";

/**
 * Turns a failure of `op` into a `ConnectError`. The text of `op` is always part of it, whole but
 * for what may be a secret: not all its texts are known, and a guess must not hide one.
 * @param remedies What to do about some of the codes, where the caller knows better.
 */
export function opError(
  end: OpEnd,
  call: OpCall,
  remedies: Readonly<Partial<Record<ConnectErrorCode, string>>> = {},
): ConnectError {
  const error = (code: ConnectErrorCode, found: string, remedy: string, isPrecise = false) => {
    const happened = `\`op\` could not ${call.purpose}: ${found}.`;
    return new ConnectError(code, happened, (isPrecise ? undefined : remedies[code]) ?? remedy);
  };
  if (end.systemCode === "ENOENT" || end.systemCode === "EACCES") {
    return error(
      "OP_NOT_INSTALLED",
      "there is no `op` on PATH",
      "Install the 1Password CLI, 2.25 or later: https://developer.1password.com/docs/cli/get-started.",
    );
  }
  if (end.timedOut) {
    return error(
      "OP_TIMED_OUT",
      `it gave no answer within ${Math.round((end.timeoutMs ?? 0) / 1000)} seconds and was ended`,
      "Look whether 1Password waits for a confirmation, unlock it, and run again.",
    );
  }
  const text = opText(end.stderr);
  const found = `${text === "" ? "it printed nothing" : text} (${ending(end)})`;
  const failed = { text, end, call };
  const nameless = withoutName(text);
  const known = knownFailures.find(({ when }) =>
    when instanceof RegExp ? when.test(nameless) : when({ ...failed, text: nameless }),
  );
  if (known === undefined) return error("OP_FAILED", found, unknownRemedy(call));
  const { code, remedy, isPrecise } = known;
  const told = typeof remedy === "string" ? remedy : remedy(failed);
  return error(code, found, told, isPrecise);
}

/** The text of `op` on one line, without the prefix of its log and without secrets. */
function opText(stderr: string): string {
  const lines = stderr
    .split("\n")
    .map((line) => line.replace(/^\[ERROR\] [\d/]+ [\d:]+ /, "").trim());
  return redacted(lines.filter((line) => line !== "").join(" "));
}

/** The text without the name it complains of, which may read like any other failure. */
function withoutName(text: string): string {
  const quoted = /"[^"]*"(?= isn't an? )|(?<=more than one .+ matches )"[^"]*"/i.exec(text);
  return quoted === null ? text : text.replaceAll(quoted[0], '""');
}

function ending({ exitCode, signal, systemCode }: OpEnd): string {
  if (exitCode !== undefined) return `exit code ${exitCode}`;
  return signal === undefined ? `${systemCode ?? "not started"}` : `killed by ${signal}`;
}

function unknownRemedy({ args }: OpCall): string {
  const shown = args.map((arg) => (/^[\w@.,:/=-]+$/.test(arg) ? arg : `'${arg}'`)).join(" ");
  return `Run \`op ${shown}\` yourself to see more.`;
}
