import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { unlessCode } from "@opconnect/core/has-code";
import type { FleetProject } from "../stacks/project.ts";
import { runPulumi } from "../stacks/run-pulumi.ts";
import type { FleetStack } from "../stacks/stack.ts";
import { decidingFiles } from "./deciding-files.ts";
import { trackedFiles } from "./tracked-files.ts";

/** Gives one text for all that decides about the preview of a stack. */
export type ContentKey = (stack: FleetStack, checkpoint: string) => Promise<string>;

/**
 * What decides about all stacks of a project, read once: its files, the versions of engine and
 * Node.js, the settings in the environment, and the chart that these name.
 */
export async function contentKey(
  project: FleetProject,
  kind: "preview" | "drift",
  signal?: AbortSignal,
): Promise<ContentKey> {
  const engine = await runPulumi(project.root, ["version"], signal ? { signal } : {});
  const shared = await digest([
    ...[FORMAT, kind, project.root, project.name, engine.trim(), process.version],
    ...settings(process.env),
    ...(await contents(await decidingFiles(project))),
    ...(await contents(await chartFiles(process.env.OPCONNECT_CHART))),
  ]);
  return async (stack, checkpoint) =>
    digest([shared, stack.name, checkpoint, ...(await contents(stack.file ? [stack.file] : []))]);
}

/** Changes with what is kept of a result. */
const FORMAT = "opconnect fleet 2";

/** Credentials change by the hour, and what they lead to is in the state. */
function settings(env: NodeJS.ProcessEnv): readonly string[] {
  return Object.entries(env)
    .filter(([name]) => /^(PULUMI_|OPCONNECT_|AWS_|KUBECONFIG$|HELM_|NODE_OPTIONS$)/.test(name))
    .filter(([name]) => !/TOKEN|SECRET|ACCESS_KEY|PASSPHRASE|EXPIR|HOME$|SESSION/.test(name))
    .map(([name, value]) => `${name}=${value}`)
    .toSorted();
}

async function chartFiles(folder: string | undefined): Promise<readonly string[]> {
  if (!folder) return [];
  return (await trackedFiles(folder).catch(() => [])).toSorted();
}

/** Each file's name and a digest of its content. */
async function contents(files: readonly string[]): Promise<readonly string[]> {
  return Promise.all(
    files.map(async (file) => {
      const content = await unlessCode(["ENOENT", "EISDIR"], () => readFile(file));
      return `${file} ${content === undefined ? "" : digest([content])}`;
    }),
  );
}

function digest(parts: readonly (string | Buffer)[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(`${part.length}\n`).update(part);
  return hash.digest("hex");
}
