import { ConnectError } from "@opconnect/core/connect-error";
import { execa } from "execa";
import { pulumiFailure } from "./pulumi-failure.ts";

/**
 * Runs a command of `pulumi` that reads something, in a project's folder.
 * @returns what it printed.
 * @throws `PULUMI_FAILED` if there is no `pulumi`, or for a reason without a code of its own.
 * @throws `PULUMI_BACKEND_UNREACHABLE` if there is no answer in time, too.
 */
export async function runPulumi(
  root: string,
  words: readonly string[],
  { signal, timeLimitMs = 120_000 }: { signal?: AbortSignal; timeLimitMs?: number } = {},
): Promise<string> {
  const { exitCode, stdout, stderr, code, timedOut, isCanceled } = await execa(
    "pulumi",
    [...words, "--non-interactive"],
    {
      cwd: root,
      env: { PULUMI_SKIP_UPDATE_CHECK: "true" },
      reject: false,
      stdin: "ignore",
      timeout: timeLimitMs,
      ...(signal && { cancelSignal: signal }),
    },
  );
  if (exitCode === 0) return stdout;
  if (isCanceled) signal?.throwIfAborted();
  if (code === "ENOENT") throw noPulumi();
  if (timedOut) throw noAnswer(words, timeLimitMs);
  const { code: kind, happened, remedy } = pulumiFailure(stderr, `\`pulumi ${words.join(" ")}\``);
  throw new ConnectError(kind, happened, remedy);
}

function noPulumi(): ConnectError {
  return new ConnectError(
    "PULUMI_FAILED",
    "There is no `pulumi` on PATH.",
    "Install it: https://www.pulumi.com/docs/install/.",
  );
}

function noAnswer(words: readonly string[], timeLimitMs: number): ConnectError {
  return new ConnectError(
    "PULUMI_BACKEND_UNREACHABLE",
    `\`pulumi ${words.join(" ")}\` had no answer from the backend within ${timeLimitMs / 1000} seconds.`,
    "Look whether the backend can be reached from here: `pulumi whoami --verbose`.",
  );
}
