import { once } from "node:events";
import { chmod, mkdir, mkdtemp, readFile, readlink, rm, writeFile } from "node:fs/promises";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runOp } from "@opconnect/sandbox";
import { listenLocally } from "../../rig/processes/listen-locally.ts";
import type { CallRecorder } from "./call-recorder.ts";

/** The `op` of a lane: what runners find on PATH. */
export interface OpDoor {
  /** Environment variables that runners need beside PATH. */
  readonly env: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/**
 * Starts the door behind which the sandbox's `op` is. It runs in this process, so that it outlives
 * its caller where a strike wants that, and costs no start of a process.
 */
export async function startOpDoor(recorder: CallRecorder): Promise<OpDoor> {
  const server = createServer((socket) => {
    // A caller that was killed says nothing any more.
    socket.on("error", () => {});
    answer(socket, recorder).catch((error: Error) => socket.destroy(error));
  });
  const { port, stop } = await listenLocally(server);
  return { env: { OPCONNECT_SANDBOX_FAULT_PORT: String(port) }, stop };
}

/**
 * Writes the `op` that knocks at the door into a folder for PATH. It tells its process id alone:
 * arguments, environment and folder are read from the process itself.
 */
export async function writeOpCommand(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, "op");
  await writeFile(
    path,
    `#!/bin/bash
exec 3<>"/dev/tcp/127.0.0.1/$OPCONNECT_SANDBOX_FAULT_PORT"
printf '%s\\n' $$ >&3
read -r -u 3 code complaints
if [ "$complaints" != 0 ]; then
  mapfile -u 3 -n "$complaints" lines
  printf '%s' "\${lines[@]}" >&2
fi
mapfile -u 3 lines
[ \${#lines[@]} = 0 ] || printf '%s' "\${lines[@]}"
exit "$code"
`,
  );
  await chmod(path, 0o755);
}

interface OpAnswer {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function answer(socket: Socket, recorder: CallRecorder): Promise<void> {
  const [line] = await once(socket, "data");
  const pid = Number(String(line).trim());
  const caller = await callerOf(pid);
  await recorder.pass<OpAnswer>({
    system: "op",
    name: `op ${commandWords(caller.argv)}`,
    caller: pid,
    perform: () => runCommand(caller, caller.cwd),
    cutOff: async () => {
      // What the command did in 1Password stays; what it would have written here does not.
      const elsewhere = await mkdtemp(join(tmpdir(), "opconnect-faults-op-"));
      await runCommand(caller, elsewhere);
      await rm(elsewhere, { recursive: true });
    },
    deliver: (given) => send(socket, given),
    refusal: () => failed,
    loseAnswer: () => send(socket, failed),
  });
}

/** The answer, complaints first; resolves when the command has ended. */
async function send(socket: Socket, { exitCode, stdout, stderr }: OpAnswer): Promise<void> {
  const complaints = stderr === "" ? "" : `${stderr.trimEnd()}\n`;
  socket.end(`${exitCode} ${complaints.split("\n").length - 1}\n${complaints}${stdout}`);
  if (!socket.closed) await once(socket, "close").catch(() => undefined);
}

/** [S] The prefix of `op`'s errors, with what Go's network library says. */
const networkError =
  '[ERROR] 2026/01/02 10:00:00 Post "https://acme.1password.com/api/v2/": dial tcp: connect: connection reset by peer';

const failed: OpAnswer = { exitCode: 1, stdout: "", stderr: networkError };

interface Caller {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

async function callerOf(pid: number): Promise<Caller> {
  const [commandLine, environment, cwd] = await Promise.all([
    readFile(`/proc/${pid}/cmdline`, "utf8"),
    readFile(`/proc/${pid}/environ`, "utf8"),
    readlink(`/proc/${pid}/cwd`),
  ]);
  // The interpreter and the script come first.
  const argv = commandLine.split("\0").slice(2, -1);
  const entries = environment.split("\0").map((entry) => {
    const at = entry.indexOf("=");
    return [entry.slice(0, at), entry.slice(at + 1)] as const;
  });
  return { argv, cwd, env: Object.fromEntries(entries) };
}

async function runCommand({ argv, env }: Caller, cwd: string): Promise<OpAnswer> {
  let [stdout, stderr] = ["", ""];
  const exitCode = await runOp({
    argv,
    env,
    cwd,
    readStdin: async () => "",
    stdinIsPiped: false,
    writeStdout: (text) => {
      stdout += text;
    },
    writeStderr: (text) => {
      stderr += text;
    },
  });
  return { exitCode, stdout, stderr };
}

/** The words before the first name, id or flag: `connect server create`. */
function commandWords(argv: readonly string[]): string {
  const words: string[] = [];
  for (const word of argv) {
    if (!/^[a-z]+$/.test(word) || words.length === 3) break;
    words.push(word);
    if (verbs.has(word)) break;
  }
  return words.join(" ");
}

const verbs = new Set(["list", "get", "create", "edit", "delete", "grant", "revoke"]);
