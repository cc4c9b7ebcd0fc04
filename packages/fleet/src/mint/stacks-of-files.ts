import { findStackFiles } from "../stacks/list.ts";
import type { FleetProject } from "../stacks/project.ts";
import { createStack, type FleetStack } from "../stacks/stack.ts";

/** The stacks of a project that have a file, which is all that can be known without its backend. */
export async function stacksOfFiles(project: FleetProject): Promise<readonly FleetStack[]> {
  return [...(await findStackFiles(project))].map(([name, file]) => createStack(name, file));
}
