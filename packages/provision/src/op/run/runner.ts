import { ConnectError, type ConnectErrorCode, isConnectError } from "@opconnect/core";
import PQueue from "p-queue";
import type { z } from "zod";
import { runName, runVariable } from "../../process/abandoned-run.ts";
import { findProgram } from "../../process/find-program.ts";
import { patient } from "../../process/patient.ts";
import { opError } from "../error.ts";
import { signedOut } from "../known-failures.ts";
import type { OpCall } from "./call.ts";
import { parseOpJson } from "./output.ts";
import { hasUnattendedIdentity, opProcessEnv } from "./process-env.ts";

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
   * Process environment that `op`'s own is picked from.
   * @default process.env
   */
  readonly env?: NodeJS.ProcessEnv;
  /**
   * Whether `op` may act as a service account: to read, as none can mint.
   * @default false
   */
  readonly asServiceAccount?: boolean;
}

/** Starts `op`; any failure becomes a `ConnectError`. */
export interface OpRunner {
  /** Returns what `op` prints to stdout. */
  readonly run: (call: OpCall) => Promise<string>;
  /** Changes something in 1Password by a command that prints nothing when all goes well. */
  readonly change: (call: OpCall) => Promise<void>;
  /** Parses what `op … --format json` prints. */
  readonly json: <T>(call: OpCall, schema: z.ZodType<T>) => Promise<T>;
}

/**
 * Changes wait for each other, across all adapters of this process: 1Password answers parallel
 * changes of one account with conflicts.
 */
const changes = new PQueue({ concurrency: 1 });

/** Binds the ways to start `op`. */
export function createOpRunner(options: OpRunOptions = {}): OpRunner {
  const run = async (call: OpCall) =>
    call.changes ? changes.add(() => runOp(call, options)) : runOp(call, options);
  return {
    run,
    async change(call) {
      await run({ ...call, changes: true, silent: true });
    },
    async json(call, schema) {
      const printed = await run({ ...call, args: [...call.args, "--format", "json"] });
      return parseOpJson(printed, schema, call);
    },
  };
}

async function runOp(call: OpCall, options: OpRunOptions): Promise<string> {
  const line = `Waiting for \`op\` to ${call.purpose}: 1Password may be asking for a confirmation …`;
  return patient(line, () => runUntold(call, options));
}

async function runUntold(call: OpCall, options: OpRunOptions): Promise<string> {
  const { account, signal, timeoutMs = 120_000, env = process.env, asServiceAccount } = options;
  signal?.throwIfAborted();
  const { execa } = await import("execa");
  const args = account === undefined ? call.args : [...call.args, "--account", account];
  const program = findProgram("op", env);
  if (program === undefined) throw opError({ stderr: "", systemCode: "ENOENT" }, call);
  const result = await execa(program, args, {
    env: {
      ...opProcessEnv(env, asServiceAccount ? ["OP_SERVICE_ACCOUNT_TOKEN"] : []),
      [runVariable]: runName(),
    },
    extendEnv: false,
    // An open stdin would be read for ids, and could prompt.
    stdin: "ignore",
    timeout: timeoutMs,
    forceKillAfterDelay: 5_000,
    reject: false,
    windowsHide: true,
    ...(call.cwd === undefined ? {} : { cwd: call.cwd }),
    ...(signal === undefined ? {} : { cancelSignal: signal }),
  });
  signal?.throwIfAborted();
  if (!result.failed && !hasFailedSilently(result, call)) return result.stdout;
  const { stderr, timedOut, code: systemCode, exitCode, signal: killedBy } = result;
  const unattendedIdentity = !asServiceAccount && hasUnattendedIdentity(env);
  const end = { stderr, timedOut, timeoutMs, systemCode, exitCode, signal: killedBy };
  const error = opError({ ...end, unattendedIdentity }, call);
  // Where op has nobody to sign in but a service account, which is kept from it, that is the reason.
  const isGuessed = guessed.has(error.code) && !(unattendedIdentity && signedOut.test(stderr));
  if (isGuessed && !isProbe(call) && !(await answers(options))) throw unavailable(error);
  throw error;
}

/** Codes by which a session that ended, or no network, may go too: their texts are not all known. */
const guessed = new Set<ConnectErrorCode>(["OP_FAILED", "OP_CANNOT_MINT", "OP_VAULT_ACCESS"]);

const probe: OpCall = {
  args: ["user", "get", "--me", "--format", "json"],
  purpose: "ask who is signed in",
};

function isProbe({ args }: OpCall): boolean {
  return args.join(" ").startsWith("user get --me");
}

/** Whether `op` gets anything from 1Password: what everybody who is signed in may ask. */
async function answers(options: OpRunOptions): Promise<boolean> {
  try {
    await runOp(probe, options);
    return true;
  } catch (error) {
    if (isConnectError(error)) return false;
    throw error;
  }
}

function unavailable({ happened }: ConnectError): ConnectError {
  return new ConnectError(
    "OP_UNAVAILABLE",
    `${happened} It does not say who is signed in either, so this need not be a refusal.`,
    "Look at `op user get --me`: sign in (`op signin`, or unlock the 1Password app with its CLI integration turned on); check the network, the proxy and the account's firewall rules; or wait some minutes, in case of too many calls. Then run again.",
  );
}

/** Before 2.32.1 `op` could leave with 0 after an error that it did not know. */
function hasFailedSilently(output: { stdout: string; stderr: string }, call: OpCall) {
  if (output.stdout.trim() !== "") return false;
  const complaint = output.stderr.replace(/^\[(WARNING|WARN|INFO|DEBUG)\].*$/gm, "").trim();
  return call.silent ? complaint.includes("[ERROR]") : complaint !== "";
}
