import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { unlessCode } from "@opconnect/core/has-code";
import { isRecord, parseJson } from "@opconnect/core/json";
import PQueue from "p-queue";
import type { FleetProject } from "./project.ts";
import { runPulumi } from "./run-pulumi.ts";
import { type FleetStack, shortName } from "./stack.ts";

/**
 * Digests of the states of stacks, by name: two are the same as long as nobody has changed the state,
 * by an update or by hand. A stack whose state cannot be read has none.
 *
 * When a state was last updated says too little: what is imported, or edited, keeps that time.
 */
export async function readCheckpoints(
  project: FleetProject,
  stacks: readonly FleetStack[],
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const folder = await stateFolder(project, signal);
  const found = new Map<string, string>();
  const queue = new PQueue({ concurrency: availableParallelism() + 1 });
  await queue.addAll(
    stacks.map(({ name }) => async () => {
      const state =
        (folder && (await stateFile(folder, project.name, name))) ??
        (await exportedState(project, name, signal));
      if (state !== undefined) found.set(name, createHash("sha256").update(state).digest("hex"));
    }),
  );
  signal?.throwIfAborted();
  return found;
}

/** Folder of a backend that is one; none of any other. */
async function stateFolder(
  { root }: FleetProject,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  const printed = await runPulumi(root, ["whoami", "--json"], signal ? { signal } : {}).catch(
    () => "",
  );
  const who = parseJson(printed);
  const url = isRecord(who) ? who.url : undefined;
  if (typeof url !== "string" || !url.startsWith("file:///")) return undefined;
  return join(fileURLToPath(url.replace(/\?.*$/, "")), ".pulumi/stacks");
}

async function stateFile(
  folder: string,
  project: string,
  stack: string,
): Promise<Buffer | undefined> {
  const name = join(folder, project, shortName(stack));
  for (const ending of [".json", ".json.gz"]) {
    const content = await unlessCode(["ENOENT", "ENOTDIR"], () => readFile(`${name}${ending}`));
    if (content !== undefined) return content;
  }
  return undefined;
}

/** Secrets in it are encrypted, and nothing but its digest is kept. */
async function exportedState(
  { root }: FleetProject,
  stack: string,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  const words = ["stack", "export", "--stack", stack];
  return await runPulumi(root, words, signal ? { signal } : {}).catch(() => undefined);
}
