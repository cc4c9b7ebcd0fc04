import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { failureOf, isConnectError, parseJson } from "@opconnect/core";
import type { FleetProject } from "../stacks/project.ts";
import { runPulumi } from "../stacks/run-pulumi.ts";
import type { FleetStack } from "../stacks/stack.ts";
import type { StackStatus } from "./model.ts";
import { describeStatus } from "./stack-status.ts";

/**
 * How the environments of stacks are, in the order of the stacks. One that cannot be looked at hides
 * no other. No `op`, no value of a secret and no cluster is asked.
 */
export async function readStatus(
  project: FleetProject,
  stacks: readonly FleetStack[],
  signal?: AbortSignal,
): Promise<readonly StackStatus[]> {
  const found = new Map<FleetStack, StackStatus>();
  const queue = [...stacks];
  const work = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      found.set(next, await statusOf(project, next, signal));
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() + 1 }, work));
  return stacks.flatMap((stack) => found.get(stack) ?? []);
}

async function statusOf(
  { root }: FleetProject,
  stack: FleetStack,
  signal: AbortSignal | undefined,
): Promise<StackStatus> {
  try {
    const words = ["stack", "export", "--stack", stack.name];
    const printed = await runPulumi(root, words, signal ? { signal } : {});
    return await describeStatus(stack, parseJson(printed), (path) => resolve(root, path));
  } catch (error) {
    if (!isConnectError(error)) throw error;
    const { name, client, environment } = stack;
    const failure = failureOf(error);
    const unknown = { credentials: [], reach: [], drift: [] };
    return { stack: name, client, environment, ...unknown, failure };
  }
}
