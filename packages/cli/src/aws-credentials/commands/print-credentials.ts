import { ConnectError } from "@opconnect/core/connect-error";
import { withoutSecrets } from "@opconnect/core/without-secrets";
import { fetchItem } from "../item/op-item.ts";
import { type OptionValues, parseSessionRequest, type SessionRequest } from "../session/request.ts";

/**
 * Answers as a `credential_process`: prints the JSON and nothing else to stdout, or nothing at all.
 * @throws What hinders it.
 */
export async function printCredentials(values: OptionValues): Promise<void> {
  const request = parseSessionRequest(values, process.env);
  const ending = new AbortController();
  const lastsMs = request.timeoutSeconds * 1_000;
  const timer = setTimeout(() => ending.abort(timedOut(request)), lastsMs);
  const onSignal = (signal: NodeJS.Signals) => ending.abort(signal);
  for (const signal of endingSignals) process.once(signal, onSignal);
  const stuck = whenStuck(ending.signal);
  try {
    const { account } = request;
    const settings = { account, env: process.env, signal: ending.signal };
    // `op` works while the rest is loaded, which would take as long as to start Node.
    const reading = request.cache === "item" ? fetchItem(request, settings) : undefined;
    // A failure is waited for below.
    reading?.catch(() => {});
    const { obtainSession } = await import("../renewal/obtain-session.ts");
    const { renderCredentials } = await import("../session/credentials.ts");
    const warn = (line: string) => process.stderr.write(`opconnect: ${withoutSecrets(line)}\n`);
    const obtaining = obtainSession(request, { ...settings, lastsMs, warn, reading });
    const session = await Promise.race([obtaining, stuck.rejection]);
    process.stdout.write(`${renderCredentials(session)}\n`);
    // What is stuck behind it must not make a failure of it.
    process.exitCode = 0;
  } catch (caught) {
    const error: unknown = ending.signal.aborted ? ending.signal.reason : caught;
    const signal = endingSignals.find((each) => each === error);
    if (signal !== undefined) {
      process.exitCode = 128 + process.getBuiltinModule("node:os").constants.signals[signal];
      return;
    }
    const { noteLastError } = await import("../state/last-error.ts");
    await noteLastError(request, error, process.env);
    throw error;
  } finally {
    clearTimeout(timer);
    stuck.clear();
    for (const signal of endingSignals) process.removeListener(signal, onSignal);
  }
}

/**
 * Rejects a while after the end was asked for, and ends the process where even that does not: a
 * keychain that waits for its password cannot be interrupted.
 */
function whenStuck(signal: AbortSignal): { rejection: Promise<never>; clear: () => void } {
  let patience: NodeJS.Timeout | undefined;
  const rejection = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => {
      patience = setTimeout(() => reject(signal.reason), 2_000);
      setTimeout(() => process.exit(process.exitCode ?? 1), 4_000).unref();
    });
  });
  // It is raced against, and may lose.
  rejection.catch(() => {});
  return { rejection, clear: () => clearTimeout(patience) };
}

const endingSignals = ["SIGTERM", "SIGINT", "SIGHUP"] as const;

function timedOut({ timeoutSeconds }: SessionRequest): ConnectError {
  return new ConnectError(
    "AWS_TIMED_OUT",
    `There was no AWS session within ${timeoutSeconds} seconds.`,
    "Look whether 1Password waits for a confirmation, unlock it, or raise `--timeout`.",
  );
}
