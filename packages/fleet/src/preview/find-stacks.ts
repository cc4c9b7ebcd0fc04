import { ConnectError } from "@opconnect/core/connect-error";
import { listStacks } from "../stacks/list.ts";
import type { FleetProject } from "../stacks/project.ts";
import { type Selection, selectStacks } from "../stacks/select.ts";
import { isInShard, type Shard } from "../stacks/shard.ts";
import type { FleetStack } from "../stacks/stack.ts";

/** Which stacks are looked for. */
export interface StackSearch {
  readonly selection: Selection;
  /** Tags of the backend that they must have. */
  readonly tags?: readonly string[];
  readonly shard: Shard;
  readonly signal?: AbortSignal;
}

/** The stacks that are meant. */
export interface FoundStacks {
  readonly stacks: readonly FleetStack[];
  /** Meant as well, and not in the backend yet. */
  readonly missing: readonly FleetStack[];
}

/**
 * Finds the stacks of a project that are meant.
 * @throws `STACK_NOT_FOUND`, `STACK_NONE_MATCHED`, `PULUMI_FAILED`, `PULUMI_BACKEND_UNREACHABLE`.
 */
export async function findStacks(
  project: FleetProject,
  { selection, tags = [], shard, signal }: StackSearch,
): Promise<FoundStacks> {
  const { stacks, missing } = await listStacks(project, tags, signal);
  const uninitialised = missing.find(({ name }) => selection.names?.includes(name));
  if (uninitialised !== undefined) throw notThereYet(uninitialised);
  const picked = new Set(selectStacks([...stacks, ...missing], selection));
  const isMeant = (stack: FleetStack) =>
    picked.has(stack) && isInShard(project.name, stack.name, shard);
  return { stacks: stacks.filter(isMeant), missing: missing.filter(isMeant) };
}

function notThereYet({ name, file }: FleetStack): ConnectError {
  return new ConnectError(
    "STACK_NOT_FOUND",
    `The stack ${name} has a file, ${file}, and is not in the backend yet.`,
    `Make it with \`pulumi stack init ${name}\`.`,
  );
}
