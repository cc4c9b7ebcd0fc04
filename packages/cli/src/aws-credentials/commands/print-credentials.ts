import { ConnectError } from "@opconnect/core/connect-error";
import { readItem } from "../item/read-item.ts";
import { requestOptions } from "../session/request-options.ts";
import {
  type OptionValues,
  parseSessionRequest,
  type SessionRequest,
} from "../session/session-request.ts";

/**
 * The options of a plain `opconnect aws-credentials`, which SDKs run before nearly everything they
 * do: read without the parser of the other commands, as loading that takes longer than all the rest.
 * @returns Nothing if it is anything else, such as a subcommand, `--help` or a mistake.
 */
export function quickOptions(argv: readonly string[]): OptionValues | undefined {
  const [command, ...args] = argv;
  if (command !== "aws-credentials") return undefined;
  try {
    const options = Object.fromEntries(
      requestOptions.map(({ name, value }) => [
        name,
        { type: value === undefined ? ("boolean" as const) : ("string" as const) },
      ]),
    );
    // An import would load all of it, which takes longer than to read the arguments.
    const { parseArgs } = process.getBuiltinModule("node:util");
    return parseArgs({ args, options, strict: true, allowPositionals: false })
      .values as OptionValues;
  } catch {
    return undefined;
  }
}

/**
 * Answers as a `credential_process`: prints the JSON and nothing else to stdout, or nothing at all.
 * @throws Whatever hinders it.
 */
export async function printCredentials(values: OptionValues): Promise<void> {
  const request = parseSessionRequest(values);
  const ending = new AbortController();
  const until = Date.now() + request.timeoutSeconds * 1_000;
  const timer = setTimeout(() => ending.abort(timedOut(request)), request.timeoutSeconds * 1_000);
  const onSignal = (signal: NodeJS.Signals) => ending.abort(new Interrupted(signal));
  for (const signal of endingSignals) process.once(signal, onSignal);
  const stuck = whenStuck(ending.signal);
  try {
    const settings = {
      ...(request.account === undefined ? {} : { account: request.account }),
      environment: process.env,
      signal: ending.signal,
    };
    // `op` works while the rest is loaded, which would take as long as to start Node.
    const reading = request.cache === "item" ? readItem(request, settings, false) : undefined;
    // A failure is waited for below.
    reading?.catch(() => {});
    const [{ obtainSession }, { renderCredentials }] = await Promise.all([
      import("../renewal/obtain-session.ts"),
      import("../session/aws-session.ts"),
    ]);
    const obtaining = obtainSession(request, {
      ...settings,
      until,
      warn: (line) => process.stderr.write(`opconnect: ${line}\n`),
      ...(reading === undefined ? {} : { reading }),
    });
    const session = await Promise.race([obtaining, stuck.rejection]);
    process.stdout.write(`${renderCredentials(session)}\n`);
  } catch (caught) {
    const error = ending.signal.aborted ? ending.signal.reason : caught;
    if (error instanceof Interrupted) {
      const { constants } = process.getBuiltinModule("node:os");
      process.exitCode = 128 + constants.signals[error.signal];
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

/** Somebody ended us: no error, and nothing to say. */
class Interrupted extends Error {
  readonly signal: NodeJS.Signals;

  constructor(signal: NodeJS.Signals) {
    super(`Ended by ${signal}.`);
    this.signal = signal;
  }
}

const endingSignals = ["SIGTERM", "SIGINT", "SIGHUP"] as const;

function timedOut({ timeoutSeconds }: SessionRequest): ConnectError {
  return new ConnectError(
    "AWS_TIMED_OUT",
    `There was no AWS session within ${timeoutSeconds} seconds.`,
    "Look whether 1Password waits for a confirmation, unlock it, or raise `--timeout`.",
  );
}
