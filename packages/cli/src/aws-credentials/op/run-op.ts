import { type ChildProcess, spawn } from "node:child_process";
import { findProgram } from "@opconnect/provision/find-program";
import type { OpEnd, OpCall as ProvisionCall } from "@opconnect/provision/op-error";
import { opProcessEnv } from "./process-env.ts";

export interface OpSettings {
  readonly account?: string | undefined;
  readonly env: NodeJS.ProcessEnv;
  /** Ends `op`, too. */
  readonly signal: AbortSignal;
}

export interface OpCall extends Pick<ProvisionCall, "args" | "purpose"> {
  /** What it reads, which may be secret. */
  readonly stdin?: string;
  /** Whether it is to ask 1Password instead of its own cache. */
  readonly fresh?: boolean | undefined;
}

/**
 * Runs `op` and returns what it prints.
 *
 * It is not made the leader of a session of its own, by which it could be ended with all its
 * children: the desktop app grants access to the terminal that `op` runs in.
 * @throws `OP_…` for whatever `op` complains about, or the signal's reason.
 * @see https://developer.1password.com/docs/cli/shell-plugins/security
 */
export async function runOp(call: OpCall, settings: OpSettings): Promise<string> {
  settings.signal.throwIfAborted();
  let end = await runProgram("op", call, settings);
  // In WSL, `op` may be installed in Windows only.
  if (end.systemCode === "ENOENT" && settings.env.WSL_DISTRO_NAME) {
    end = await runProgram("op.exe", call, settings);
  }
  settings.signal.throwIfAborted();
  // Before 2.32.1 `op` could leave with 0 after an error that it did not know.
  if (end.exitCode === 0 && !(end.stdout === "" && end.stderr.includes("[ERROR]"))) {
    return end.stdout;
  }
  const { itemError } = await import("./item-error.ts");
  throw itemError(end, call);
}

function runProgram(
  program: string,
  call: OpCall,
  settings: OpSettings,
): Promise<OpEnd & { readonly stdout: string }> {
  const { account, env, signal } = settings;
  const args = account === undefined ? call.args : [...call.args, "--account", account];
  const path = findProgram(program, env);
  if (path === undefined) return Promise.resolve({ stdout: "", stderr: "", systemCode: "ENOENT" });
  const processEnv = opProcessEnv(env);
  if (call.fresh) processEnv.OP_CACHE = "false";
  return new Promise((resolve) => {
    const child = spawn(path, args, {
      env: processEnv,
      // An open stdin would be waited for.
      stdio: [call.stdin === undefined ? "ignore" : "pipe", "pipe", "pipe"],
      windowsHide: true,
    });
    const texts = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"] as const) {
      child[name]?.setEncoding("utf8").on("data", (text: string) => {
        texts[name] += text;
      });
    }
    const end = () => endChild(child);
    signal.addEventListener("abort", end, { once: true });
    const finish = (ending: Omit<OpEnd, "stderr">) => {
      signal.removeEventListener("abort", end);
      resolve({ ...texts, ...ending });
    };
    child.once("error", ({ code = "unknown" }: NodeJS.ErrnoException) =>
      finish({ systemCode: code }),
    );
    child.once("close", (exitCode, killedBy) =>
      finish({ exitCode: exitCode ?? undefined, signal: killedBy ?? undefined }),
    );
    // `op` may leave without having read it all.
    child.stdin?.on("error", () => {}).end(call.stdin);
  });
}

/** A child of `op` that outlives it could keep its streams open, which must not keep us. */
function endChild(child: ChildProcess): void {
  child.kill("SIGTERM");
  const harder = setTimeout(() => {
    child.kill("SIGKILL");
    child.stdout?.destroy();
    child.stderr?.destroy();
  }, 500);
  child.once("close", () => clearTimeout(harder));
}
