import { parseJson } from "@opconnect/core/json";
import { execa } from "execa";
import type { PreviewJob } from "./messages.ts";
import type { PreviewRun } from "./preview-inside.ts";

/**
 * Previews a stack by the command `pulumi`, which runs the program in a process of its own: of any
 * language, and of whatever needs it.
 * @throws what `pulumi` printed to standard error: it may hold what is secret.
 */
export async function previewByPulumi(
  { project, stack, kind }: PreviewJob,
  { onEvent, signal }: PreviewRun,
): Promise<void> {
  const command = kind === "drift" ? ["refresh", "--preview-only"] : ["preview"];
  const run = execa("pulumi", [...command, "--json", "--stack", stack.name, "--non-interactive"], {
    cwd: project.root,
    env: {
      PULUMI_ENABLE_STREAMING_JSON_PREVIEW: "1",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      // They were checked once for all stacks.
      PULUMI_NODEJS_TRANSPILE_ONLY: "true",
    },
    stdin: "ignore",
    buffer: { stdout: false },
    reject: false,
    cancelSignal: signal,
    killSignal: "SIGINT",
    forceKillAfterDelay: false,
  });
  for await (const line of run.iterable({ from: "stdout" })) {
    const event = parseJson(line);
    if (event !== undefined) onEvent(event);
  }
  const { exitCode, stderr } = await run;
  if (exitCode !== 0) throw new Error(stderr);
}
