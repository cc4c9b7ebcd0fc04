import { parseJson } from "@opconnect/core/json";
import { execa } from "execa";
import type { FleetProject } from "../stacks/project.ts";
import type { FleetStack } from "../stacks/stack.ts";
import { endProcesses } from "./end-processes.ts";
import type { PreviewRun } from "./preview-inside.ts";

/** What is told while a command runs, and what ends it. */
export interface EventStream extends PreviewRun {
  /**
   * How long it may take to end in order once the signal was aborted, before it is ended by force.
   * @default - as long as it takes: an update that is ended by force leaves a lock, and more
   */
  readonly forceAfterMs?: number;
  /** Variables for `pulumi`, beside those of this process. */
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Runs a command of `pulumi` on a stack, and tells the engine's events. The program runs in a process
 * of its own: it may be of any language.
 * @param words The command and its options, e.g. `["preview"]`.
 * @throws what `pulumi` printed to standard error: it may hold what is secret.
 */
export async function streamEvents(
  { project, stack }: { readonly project: FleetProject; readonly stack: FleetStack },
  words: readonly string[],
  { onEvent, signal, forceAfterMs, env }: EventStream,
): Promise<void> {
  const run = execa("pulumi", [...words, "--json", "--stack", stack.name, "--non-interactive"], {
    cwd: project.root,
    env: {
      PULUMI_ENABLE_STREAMING_JSON_PREVIEW: "1",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      ...env,
    },
    stdin: "ignore",
    buffer: { stdout: false },
    reject: false,
    cancelSignal: signal,
    killSignal: "SIGINT",
    forceKillAfterDelay: false,
  });
  let force: NodeJS.Timeout | undefined;
  const forceLater = () => {
    const { pid } = run;
    if (forceAfterMs === undefined || pid === undefined) return;
    force = setTimeout(() => void endProcesses(pid), forceAfterMs);
  };
  signal.addEventListener("abort", forceLater);
  try {
    for await (const line of run.iterable({ from: "stdout" })) {
      const event = parseJson(line);
      if (event !== undefined) onEvent(event);
    }
    const { exitCode, stderr } = await run;
    if (exitCode !== 0) throw new Error(stderr);
  } finally {
    signal.removeEventListener("abort", forceLater);
    clearTimeout(force);
  }
}
