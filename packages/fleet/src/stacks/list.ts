import { glob } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import { ConnectError } from "@opconnect/core/connect-error";
import { parseJson } from "@opconnect/core/json";
import { quote } from "@opconnect/core/quote";
import { z } from "zod";
import type { FleetProject } from "./project.ts";
import { runPulumi } from "./run-pulumi.ts";
import { createStack, type FleetStack, shortName } from "./stack.ts";

/** The stacks of a project. */
export interface StackList {
  /** What the backend has. */
  readonly stacks: readonly FleetStack[];
  /** What has a stack file, and is not in the backend yet. */
  readonly missing: readonly FleetStack[];
}

/**
 * Lists the stacks of a project, from its stack files and from its backend.
 * @param tags Of the backend, e.g. `team=platform`, or the name of a tag alone: only stacks that
 * have all of them.
 * @throws `STACK_NONE_MATCHED` if no stack has the tags; `PULUMI_FAILED`,
 * `PULUMI_BACKEND_UNREACHABLE`.
 */
export async function listStacks(
  project: FleetProject,
  tags: readonly string[] = [],
  signal?: AbortSignal,
): Promise<StackList> {
  const files = await findStackFiles(project);
  const [all, ...tagged] = [
    await backendStacks(project, [], signal),
    ...(await Promise.all(tags.map((tag) => backendStacks(project, ["--tag", tag], signal)))),
  ];
  const names = all.filter((name) => tagged.every((those) => those.includes(name)));
  if (names.length === 0 && all.length > 0) throw noneTagged(tags);
  const known = new Set(all.map(shortName));
  return {
    stacks: names.map((name) => createStack(name, files.get(shortName(name)))),
    // No tag is known of what is not there.
    missing:
      tags.length > 0
        ? []
        : [...files]
            .filter(([name]) => !known.has(name))
            .map(([name, file]) => createStack(name, file)),
  };
}

function noneTagged(tags: readonly string[]): ConnectError {
  return new ConnectError(
    "STACK_NONE_MATCHED",
    `No stack has ${tags.length === 1 ? "the tag" : "all the tags"} ${tags.map((tag) => quote(tag)).join(", ")}.`,
    "`pulumi stack tag ls --stack <name>` shows those of a stack.",
  );
}

/** Path of each stack's file, by the stack's name. */
export async function findStackFiles({
  stackFolder,
}: FleetProject): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for await (const file of glob("Pulumi.*.{yaml,yml,json}", { cwd: stackFolder })) {
    const name = basename(file, extname(file)).slice("Pulumi.".length);
    if (name !== "") found.set(name, join(stackFolder, file));
  }
  return new Map([...found].toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

async function backendStacks(
  { root }: FleetProject,
  words: readonly string[],
  signal: AbortSignal | undefined,
): Promise<readonly string[]> {
  const printed = await runPulumi(
    root,
    ["stack", "ls", "--json", ...words],
    signal ? { signal } : {},
  );
  const { success, data } = listSchema.safeParse(parseJson(printed));
  if (success) return data.map(({ name }) => name);
  throw new ConnectError(
    "PULUMI_FAILED",
    "What `pulumi stack ls --json` printed is not understood.",
    "Look at `pulumi version`, which should be 3.",
  );
}

const listSchema = z.array(z.object({ name: z.string() }));
