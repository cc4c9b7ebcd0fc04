import { parseJson } from "@opconnect/core/json";
import { execa } from "execa";
import type { FleetProject } from "../stacks/project.ts";
import type { FleetStack } from "../stacks/stack.ts";
import type { PreviewRun } from "./preview-inside.ts";

/**
 * Runs a command of `pulumi` on a stack, and tells the engine's events. The program runs in a process
 * of its own: it may be of any language.
 * @param words The command and its options, e.g. `["preview"]`.
 * @throws what `pulumi` printed to standard error: it may hold what is secret.
 */
export async function streamEvents(
  { project, stack }: { readonly project: FleetProject; readonly stack: FleetStack },
  words: readonly string[],
  { onEvent, signal }: PreviewRun,
): Promise<void> {
  const run = execa("pulumi", [...words, "--json", "--stack", stack.name, "--non-interactive"], {
    cwd: project.root,
    env: {
      PULUMI_ENABLE_STREAMING_JSON_PREVIEW: "1",
      PULUMI_SKIP_UPDATE_CHECK: "true",
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
