import { availableParallelism } from "node:os";
import { ConnectError, isConnectError } from "@opconnect/core";
import PQueue from "p-queue";
import type { FleetProject } from "../stacks/project.ts";
import { runPulumi } from "../stacks/run-pulumi.ts";
import { type FleetStack, shortName } from "../stacks/stack.ts";
import { compileProgram } from "../workers/program/compile.ts";
import { readConfiguration, type StackConfiguration } from "./configuration.ts";
import { isWork, type ResourceNeed } from "./need.ts";
import { runProgram } from "./run-program.ts";
import { loadRuntime } from "./runtime.ts";
import { createStackMinting } from "./stack-minting.ts";

/** What a person has to do for one stack, or why that cannot be told. */
export interface StackNeeds {
  readonly stack: FleetStack;
  readonly needs: readonly ResourceNeed[];
  readonly failure?: ConnectError | undefined;
}

/** How a stack came out. */
export interface MintedStack extends StackNeeds {
  readonly outcome: "minted" | "failed" | "not begun";
}

/** A person's part for the stacks of a project. */
export interface FleetMinting {
  /** Finds out what there is to do, for all of them; changes nothing. */
  plan(report?: (stack: StackNeeds) => void): Promise<readonly StackNeeds[]>;
  /**
   * Does it, one stack after the other. Done again, it does nothing twice.
   * @param isStopped Asked before each stack.
   */
  mint(
    planned: readonly StackNeeds[],
    report?: (stack: MintedStack) => void,
    isStopped?: () => boolean,
  ): Promise<readonly MintedStack[]>;
}

/**
 * Opens the minting of a project's stacks. It touches neither cluster nor state, and asks the
 * backend only for what a stack file keeps encrypted.
 * @param timeLimitMs How long the program of a stack may take to tell what it needs.
 * @throws `PROGRAM_INVALID` with what TypeScript says, `PROGRAM_NOT_INSTALLED`, `PROJECT_INVALID` if it
 * is no program of Node.js.
 */
export async function openMinting(
  project: FleetProject,
  stacks: readonly FleetStack[],
  timeLimitMs: number,
): Promise<FleetMinting> {
  if (project.runtime !== "nodejs") throw noProgramOfNode(project);
  const runtime = await loadRuntime(project.programFolder);
  // Its types are the same for all stacks: they are checked here alone.
  compileProgram(project);
  const configurations = new Map<FleetStack, StackConfiguration>();

  async function run(stack: FleetStack, mode: "find out" | "do it") {
    const configuration = configurations.get(stack) ?? (await configurationOf(project, stack));
    configurations.set(stack, configuration);
    const minting = createStackMinting(runtime, project.root, mode);
    await runProgram(
      {
        project,
        stack: shortName(stack.name),
        organization: organizationOf(stack.name),
        configuration,
        // What mints is not left in the middle.
        ...(mode === "find out" && { signal: AbortSignal.timeout(timeLimitMs) }),
        declare: minting.declare,
      },
      runtime,
    );
    return minting.needs();
  }

  async function find(stack: FleetStack): Promise<StackNeeds> {
    try {
      return { stack, needs: await run(stack, "find out") };
    } catch (error) {
      const failure = isTimeUp(error) ? late(stack, timeLimitMs) : error;
      if (!isConnectError(failure)) throw failure;
      return { stack, needs: [], failure };
    }
  }

  return {
    async plan(report = () => {}) {
      const queue = new PQueue({ concurrency: availableParallelism() });
      return queue.addAll(
        stacks.map((stack) => async () => {
          const needs = await find(stack);
          report(needs);
          return needs;
        }),
      );
    },

    async mint(planned, report = () => {}, isStopped = () => false) {
      const minted: MintedStack[] = [];
      for (const each of planned.filter(hasWork)) {
        const done = isStopped()
          ? ({ ...each, outcome: "not begun" } as const)
          : await mintOne(each);
        minted.push(done);
        report(done);
      }
      return minted;
    },
  };

  async function mintOne(planned: StackNeeds): Promise<MintedStack> {
    try {
      await run(planned.stack, "do it");
      return { ...planned, outcome: "minted" };
    } catch (error) {
      if (!isConnectError(error)) throw error;
      return { ...planned, outcome: "failed", failure: error };
    }
  }
}

function hasWork({ needs, failure }: StackNeeds): boolean {
  return failure === undefined && needs.some(isWork);
}

function configurationOf(
  { name, file, root }: FleetProject,
  stack: FleetStack,
): Promise<StackConfiguration> {
  const place = { project: name, projectFile: file, stackFile: stack.file };
  return readConfiguration(place, () =>
    runPulumi(root, ["config", "--json", "--show-secrets", "--stack", stack.name]),
  );
}

/** Told by the signal of a time limit. */
function isTimeUp(error: unknown): boolean {
  return error instanceof DOMException && error.name === "TimeoutError";
}

function late({ name }: FleetStack, timeLimitMs: number): ConnectError {
  return new ConnectError(
    "PREVIEW_TIMED_OUT",
    `The program of ${name} did not end within ${timeLimitMs / 1000} seconds.`,
    `Raise \`--timeout\`, or look with \`pulumi preview --stack ${name}\` what it waits for.`,
  );
}

/** A backend of files has one organization, of this name. */
function organizationOf(name: string): string {
  const parts = name.split("/");
  return parts.length > 1 ? (parts[0] ?? "") : "organization";
}

function noProgramOfNode({ file, runtime }: FleetProject): ConnectError {
  return new ConnectError(
    "PROJECT_INVALID",
    `The project of ${file} runs on ${runtime}, and only programs of Node.js have resources of opconnect.`,
    "Name the folder of another project with `--cwd`.",
  );
}
