import { join } from "node:path";
import { execa } from "execa";
import type { FleetProject } from "../stacks/project.ts";
import { endProcesses } from "../workers/end-processes.ts";
import type { StackConfiguration } from "./configuration.ts";
import { type DeclaredResource, startMonitor } from "./monitor.ts";
import { programFailed } from "./program-failure.ts";
import type { ProjectRuntime } from "./runtime.ts";

/** A run of a program for one stack, without engine, providers and state. */
export interface ProgramRun {
  readonly project: FleetProject;
  /** The stack's name alone, without its organization. */
  readonly stack: string;
  readonly organization: string;
  readonly configuration: StackConfiguration;
  /**
   * Ends it, with all that it started, and with the reason as the error.
   * @default - it takes the time it takes, and ^C does not reach it: its caller decides when to end
   */
  readonly signal?: AbortSignal | undefined;
  declare(resource: DeclaredResource): Promise<string | undefined>;
}

/**
 * Runs a program to its end, in a process of its own.
 * @throws what `declare` throws, what the signal was aborted with, `PROGRAM_FAILED` if the program fails for another reason.
 */
export async function runProgram(run: ProgramRun, runtime: ProjectRuntime): Promise<void> {
  const { project, stack } = run;
  const complaints: string[] = [];
  const failures: unknown[] = [];
  const monitor = await startMonitor(runtime, {
    project: project.name,
    stack,
    complain: (message) => complaints.push(message),
    async declare(resource) {
      try {
        return await run.declare(resource);
      } catch (error) {
        failures.push(error);
        throw error;
      }
    },
  });
  try {
    const program = execa(process.execPath, argumentsOf(run, runtime, monitor), {
      cwd: project.programFolder,
      env: environmentOf(run),
      reject: false,
      all: true,
      stdin: "ignore",
      buffer: true,
      maxBuffer: 1_000_000,
      detached: run.signal === undefined,
    });
    const end = () => {
      if (program.pid !== undefined) void endProcesses(program.pid);
    };
    run.signal?.addEventListener("abort", end);
    const { exitCode, signal, all } = await program.finally(() => {
      run.signal?.removeEventListener("abort", end);
    });
    const [failure] = failures;
    if (failure !== undefined) throw failure;
    run.signal?.throwIfAborted();
    if (exitCode !== 0) {
      throw await programFailed({
        project,
        stack,
        exitCode,
        signal,
        said: [...complaints, all ?? ""],
      });
    }
  } finally {
    monitor.close();
  }
}

function argumentsOf(
  { project, stack, organization }: ProgramRun,
  { runner }: ProjectRuntime,
  { address }: { readonly address: string },
): readonly string[] {
  const { nodeargs = "" } = project.runtimeOptions;
  const ofNode = String(nodeargs)
    .split(/\s+/)
    .filter((word) => word !== "");
  const flags = {
    monitor: address,
    engine: address,
    organization,
    project: project.name,
    "root-directory": project.root,
    stack,
    pwd: project.programFolder,
    parallel: "16",
  };
  const given = Object.entries(flags).flatMap(([name, value]) => [`--${name}`, value]);
  return [...ofNode, runner, ...given, "--dry-run", project.entryPoint];
}

/** As Pulumi's own host of programs has it, without a check of types: that was made before. */
function environmentOf({ project, configuration }: ProgramRun) {
  const { typescript = true, tsconfig } = project.runtimeOptions;
  const keys = ([key, value]: readonly [string, string]) =>
    [key.replace(/^([^:]+):([^:]+)$/, "$1:config:$2"), value] as const;
  return {
    PULUMI_CONFIG: JSON.stringify(
      Object.fromEntries(Object.entries(configuration.values).map(keys)),
    ),
    PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(configuration.secretKeys),
    ...(typescript !== false && { PULUMI_NODEJS_TYPESCRIPT: "true" }),
    ...(typeof tsconfig === "string" && {
      PULUMI_NODEJS_TSCONFIG_PATH: join(project.root, tsconfig),
    }),
    PULUMI_NODEJS_TRANSPILE_ONLY: "true",
  };
}
