import { randomUUID } from "node:crypto";
import { type AccountFile, openAccountFile } from "../account/account-file.ts";
import { type InjectedFailure, takeFailures } from "../injected-failure.ts";
import type { OpOptions } from "./argv/options.ts";
import { type ParsedArgv, parseArgv } from "./argv/parse-argv.ts";
import { redactArgv } from "./argv/redact-argv.ts";
import { appendToCallLog } from "./call-log.ts";
import { admitCaller } from "./caller/admit-caller.ts";
import { opCommands } from "./commands.ts";
import type { OpCommand, OpOutput } from "./op-command.ts";
import { OpFailure, renderErrorLine } from "./op-failure.ts";
import { strikeAfter, strikeBefore } from "./strike.ts";

/** What a process gives a command: arguments, environment, streams. */
export interface OpProcess {
  readonly argv: readonly string[];
  /** OPCONNECT_SANDBOX_HOME names the account's folder. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly readStdin: () => Promise<string>;
  readonly stdinIsPiped: boolean;
  readonly writeStdout: (text: string) => void;
  readonly writeStderr: (text: string) => void;
}

/** Runs one `op` command on the account in OPCONNECT_SANDBOX_HOME and returns its exit code. */
export async function runOp(process: OpProcess): Promise<number> {
  const home = process.env.OPCONNECT_SANDBOX_HOME;
  if (!home) throw new Error("Set OPCONNECT_SANDBOX_HOME to the folder of a sandbox account.");
  const account = openAccountFile(home);
  const log = await startLogging(home, account, process);
  const outcome = await attempt(process, home, account, log);
  if (outcome instanceof OpFailure) {
    if (outcome.help) process.writeStderr(`${outcome.help}\n`);
    process.writeStderr(renderErrorLine(outcome.message, new Date()));
  } else process.writeStdout(outcome);
  const exitCode = outcome instanceof OpFailure ? outcome.exitCode : 0;
  await log.end(exitCode);
  return exitCode;
}

interface CallLogger {
  actor: string;
  end(exitCode: number | undefined): Promise<void>;
}

async function startLogging(
  home: string,
  account: AccountFile,
  { argv, env }: OpProcess,
): Promise<CallLogger> {
  const id = randomUUID();
  const { secrets } = await account.read();
  await appendToCallLog(home, {
    id,
    ...redactArgv(argv, secrets),
    environment: Object.keys(env).filter((name) => /^OP_/.test(name) && env[name] !== undefined),
    startedAt: new Date().toISOString(),
  });
  const logger: CallLogger = {
    actor: "nobody",
    async end(exitCode) {
      const endedAt = new Date().toISOString();
      const ended = { id, actor: logger.actor, endedAt };
      await appendToCallLog(home, exitCode === undefined ? ended : { ...ended, exitCode });
    },
  };
  return logger;
}

/** The text for stdout, or why there is none. */
async function attempt(
  process: OpProcess,
  home: string,
  account: AccountFile,
  log: CallLogger,
): Promise<string | OpFailure> {
  try {
    const parsed = parseArgv(process.argv, opCommands);
    if ("text" in parsed) return parsed.text;
    const failures = await takeFailures(home, [parsed.command.name, ...parsed.args].join(" "));
    const beforeKill = () => log.end(undefined);
    await strikeBefore(failures, beforeKill);
    const outputs = await perform(process, account, parsed, failures, log);
    await strikeAfter(failures, beforeKill);
    const texts = outputs.map((output) => render(output, parsed.options, process.env));
    return textBefore(failures) + texts.join("");
  } catch (error) {
    if (error instanceof OpFailure) return error.worded((await account.read()).wording);
    throw error;
  }
}

async function perform(
  process: OpProcess,
  account: AccountFile,
  { command, args, options, usage }: Exclude<ParsedArgv, { text: string }>,
  failures: readonly InjectedFailure[],
  log: CallLogger,
): Promise<readonly OpOutput[]> {
  const { actor, ...admission } = await admitCaller(command, account, process.env, options);
  log.actor = actor;
  const { env, cwd, readStdin, stdinIsPiped, writeStderr } = process;
  const surroundings = { env, cwd, readStdin, stdinIsPiped, writeStderr };
  const dropVault = (vaultId: string) => failures.some((failure) => dropsVault(failure, vaultId));
  const outputs: OpOutput[] = [];
  for (const each of await expandDash(command, args, readStdin)) {
    const call = { ...admission, ...surroundings, args: each, options, usage, dropVault };
    outputs.push(await command.run(call));
  }
  return outputs;
}

/** A dash in the place of an object means those named on stdin, one after the other. [D] */
async function expandDash(
  { readsIds = false }: OpCommand,
  [first, ...rest]: readonly string[],
  readStdin: () => Promise<string>,
): Promise<readonly (readonly string[])[]> {
  if (first === undefined) return [[]];
  if (first !== "-" || !readsIds) return [[first, ...rest]];
  const { idsFromStdin } = await import("./argv/ids-from-stdin.ts");
  return idsFromStdin(await readStdin()).map((id) => [id, ...rest]);
}

function dropsVault(failure: InjectedFailure, vaultId: string): boolean {
  return failure.kind === "drop-vaults" && (failure.vaultIds ?? [vaultId]).includes(vaultId);
}

function textBefore(failures: readonly InjectedFailure[]): string {
  const texts = failures.map((failure) =>
    failure.kind === "text-before-output" ? `${failure.text}\n` : "",
  );
  return texts.join("");
}

function render({ text, json }: OpOutput, options: OpOptions, env: OpProcess["env"]): string {
  const format = options.text("format") ?? env.OP_FORMAT;
  if (format === "json" && json !== undefined) return `${JSON.stringify(json, undefined, 2)}\n`;
  return text === "" ? "" : `${text}\n`;
}
