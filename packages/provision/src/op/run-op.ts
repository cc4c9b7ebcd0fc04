import PQueue from "p-queue";
import { runName, runVariable } from "../process/abandoned-run.ts";
import { hasUnattendedIdentity, opEnvironment } from "./op-environment.ts";
import { opError } from "./op-error.ts";

/** How `op` is started. */
export interface OpRunOptions {
  /**
   * Time limit of one command, in milliseconds. It includes the time a person takes to confirm in
   * the desktop app.
   * @default 120_000
   */
  readonly timeoutMs?: number;
  /**
   * Account to use: sign-in address, shorthand or id.
   * @default - OP_ACCOUNT, else the account signed in to last
   */
  readonly account?: string;
  /** Ends the running command, and refuses further ones. */
  readonly signal?: AbortSignal;
  /**
   * Environment that `op`'s own is picked from.
   * @default process.env
   */
  readonly environment?: NodeJS.ProcessEnv;
}

/** One `op` command. */
export interface OpCommand {
  /** Arguments, none of them secret: every user of the machine can see them. */
  readonly args: readonly string[];
  /** What the command is for, as in "`op` could not …". */
  readonly purpose: string;
  /** Ids of the vaults it is about. */
  readonly vaultIds?: readonly string[];
  /** Folder it runs in. */
  readonly cwd?: string;
  /** Whether it changes anything in 1Password. */
  readonly changes?: boolean;
  /** Whether it prints nothing when all goes well. */
  readonly silent?: boolean;
  /** Failures that mean that everything is already as it should be. */
  readonly alreadyDone?: RegExp;
}

/** Starts `op` and returns what it prints to stdout; any failure becomes a `ConnectError`. */
export type OpRun = (command: OpCommand) => Promise<string>;

/**
 * Changes wait for each other, across all adapters of this process: 1Password answers parallel
 * changes of one account with conflicts.
 */
const changes = new PQueue({ concurrency: 1 });

/** Binds the ways to start `op`. */
export function createOpRun(options: OpRunOptions = {}): OpRun {
  return (command) => {
    const run = () => runOp(command, options);
    return command.changes ? changes.add(run) : run();
  };
}

async function runOp(command: OpCommand, options: OpRunOptions): Promise<string> {
  const { account, signal, timeoutMs = 120_000, environment = process.env } = options;
  signal?.throwIfAborted();
  const { execa } = await import("execa");
  const args = account === undefined ? command.args : [...command.args, "--account", account];
  const result = await execa("op", args, {
    env: { ...opEnvironment(environment), [runVariable]: runName() },
    extendEnv: false,
    // An open stdin would be read for ids, and could prompt.
    stdin: "ignore",
    timeout: timeoutMs,
    forceKillAfterDelay: 5_000,
    reject: false,
    windowsHide: true,
    ...(command.cwd === undefined ? {} : { cwd: command.cwd }),
    ...(signal === undefined ? {} : { cancelSignal: signal }),
  });
  signal?.throwIfAborted();
  if (command.alreadyDone?.test(result.stderr)) return result.stdout;
  if (!result.failed && !hasFailedSilently(result, command)) return result.stdout;
  throw opError(
    {
      stderr: result.stderr,
      timedOut: result.timedOut,
      ...(result.code === undefined ? {} : { systemCode: result.code }),
      ...(result.exitCode === undefined ? {} : { exitCode: result.exitCode }),
      ...(result.signal === undefined ? {} : { signal: result.signal }),
      unattendedIdentity: hasUnattendedIdentity(environment),
      timeoutMs,
    },
    command,
  );
}

/** Before 2.32.1 `op` could leave with 0 after an error that it did not know. */
function hasFailedSilently(output: { stdout: string; stderr: string }, command: OpCommand) {
  if (output.stdout.trim() !== "") return false;
  const complaint = output.stderr.replace(/^\[(WARNING|WARN|INFO|DEBUG)\].*$/gm, "").trim();
  return command.silent ? complaint.includes("[ERROR]") : complaint !== "";
}
