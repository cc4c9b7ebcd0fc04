import { appendFile, readFile } from "node:fs/promises";
import { join } from "node:path";

/** One run of `op`, as tests read it. Never holds a secret value. */
export interface LoggedCall {
  readonly id: string;
  /** Arguments, secrets replaced by `<redacted>`. */
  readonly argv: readonly string[];
  /** True if an argument held a secret: other processes could have read it. */
  readonly secretInArguments: boolean;
  /** Names of the OP_… variables that the caller had set. */
  readonly environment: readonly string[];
  readonly startedAt: string;
  /** E.g. `person owner@example.com` or `nobody`; absent while it runs, or if it never ended. */
  readonly actor?: string;
  readonly exitCode?: number;
  readonly endedAt?: string;
}

/** All calls in the order in which they began. */
export async function readCallLog(home: string): Promise<readonly LoggedCall[]> {
  const calls = new Map<string, LoggedCall>();
  for (const line of (await readLog(home)).split("\n").filter(Boolean)) {
    const entry: LoggedCall = JSON.parse(line);
    calls.set(entry.id, { ...calls.get(entry.id), ...entry });
  }
  return [...calls.values()];
}

/** One line at the start and one at the end, so that a killed call is seen too. */
export async function appendToCallLog(
  home: string,
  entry: Partial<LoggedCall> & Pick<LoggedCall, "id">,
): Promise<void> {
  await appendFile(logPath(home), `${JSON.stringify(entry)}\n`, { mode: 0o600 });
}

async function readLog(home: string): Promise<string> {
  try {
    return await readFile(logPath(home), "utf8");
  } catch {
    return "";
  }
}

function logPath(home: string): string {
  return join(home, "call-log.jsonl");
}
