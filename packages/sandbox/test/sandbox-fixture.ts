import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import {
  createSandboxAccount,
  type RunningConnect,
  runOp,
  type SandboxAccount,
  type SandboxAccountOptions,
  startConnect,
} from "../src/index.ts";

/** A fresh account in a folder of its own, gone when the test ends. */
export interface SandboxFixture extends SandboxAccount {
  /** Working directory of the `op` calls. */
  readonly cwd: string;
  /** Runs `op` in this process. */
  op(argv: readonly string[], surroundings?: OpSurroundings): Promise<OpEnding>;
  /** Runs `op` with `--format json`, which must succeed, and parses what it prints. */
  json<T>(...argv: string[]): Promise<T>;
  /** Runs `op`, which must succeed, and returns its output without the last line end. */
  text(...argv: string[]): Promise<string>;
}

interface OpSurroundings {
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  readonly cwd?: string;
}

interface OpEnding {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export async function newSandbox(options: SandboxAccountOptions = {}): Promise<SandboxFixture> {
  const dir = await mkdtemp(join(tmpdir(), "sandbox-"));
  onTestFinished(async () => await rm(dir, { recursive: true, force: true }));
  const account = await createSandboxAccount(join(dir, "1password"), options);
  const cwd = join(dir, "work");
  await mkdir(cwd);
  const op: SandboxFixture["op"] = async (argv, surroundings = {}) =>
    await runInProcess(argv, account.home, { cwd, ...surroundings });
  const text: SandboxFixture["text"] = async (...argv) => {
    const { exitCode, stdout, stderr } = await op(argv);
    if (exitCode !== 0) throw new Error(`op ${argv.join(" ")}: ${stderr}`);
    return stdout.trimEnd();
  };
  return {
    ...account,
    cwd,
    op,
    text,
    json: async (...argv) => JSON.parse((await text(...argv, "--format", "json")) || "[]"),
  };
}

/** Starts Connect on a free port with these container variables; it stops when the test ends. */
export async function newConnect(
  { home }: SandboxAccount,
  env: Readonly<Record<string, string>>,
  log: string[] = [],
): Promise<RunningConnect> {
  const connect = await startConnect({
    env: { OPCONNECT_SANDBOX_HOME: home, OP_HTTP_PORT: "0", ...env },
    writeLog: (line) => log.push(line),
  });
  onTestFinished(async () => await connect.close());
  return connect;
}

/** An error line without its date. */
export function message(stderr: string): string {
  return stderr.replace(/^\[ERROR\] \d{4}(\/\d\d){2} (\d\d:){2}\d\d /m, "").trimEnd();
}

async function runInProcess(
  argv: readonly string[],
  home: string,
  { env = {}, stdin, cwd = tmpdir() }: OpSurroundings,
): Promise<OpEnding> {
  let [stdout, stderr] = ["", ""];
  const exitCode = await runOp({
    argv,
    env: { OPCONNECT_SANDBOX_HOME: home, ...env },
    cwd,
    stdinIsPiped: stdin !== undefined,
    readStdin: async () => stdin ?? "",
    writeStdout: (text) => {
      stdout += text;
    },
    writeStderr: (text) => {
      stderr += text;
    },
  });
  return { exitCode, stdout, stderr };
}
