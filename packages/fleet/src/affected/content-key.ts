import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { parse, relative } from "node:path";
import { unlessCode } from "@opconnect/core/has-code";
import type { FleetProject } from "../stacks/project.ts";
import { runPulumi } from "../stacks/run-pulumi.ts";
import type { FleetStack } from "../stacks/stack.ts";
import { readYamlFile } from "../stacks/yaml-file.ts";
import { decidingFiles, filesOfStack, packageFolder } from "./deciding-files.ts";
import { ignoredFiles, trackedFiles } from "./tracked-files.ts";

/**
 * Gives one text for all that decides about the preview of a stack; none if it takes values from
 * where they can change unseen: from another stack, or an environment of Pulumi ESC.
 */
export type ContentKey = (stack: FleetStack, checkpoint: string) => Promise<string | undefined>;

/**
 * What decides about all stacks of a project, read once: its files and those of policy packs
 * (`ruling`), the versions of engine and Node.js, the settings in the environment, the variables that its files name, and the chart. Of
 * what git ignores, a file counts whose name or folder stands in these files.
 */
export async function contentKey(
  project: FleetProject,
  kind: "preview" | "drift",
  { ruling = [], signal }: { readonly ruling?: readonly string[]; readonly signal?: AbortSignal },
): Promise<ContentKey> {
  const engine = await runPulumi(project.root, ["version"], signal ? { signal } : {});
  const files = await decidingFiles(project);
  const words = await wordsOf(files);
  const folder = packageFolder(project);
  const ignored = await ignoredFiles(folder);
  const readsStacks = words.has("StackReference") || words.has("stackReference");
  const shared = digest([
    ...[FORMAT, kind, project.root, project.name, engine.trim(), process.version],
    ...settings(process.env, words),
    ...(await contents([...files, ...ruling])),
    ...(await contents(await chartFiles(process.env.OPCONNECT_CHART))),
  ]);
  return async (stack, checkpoint) => {
    if (readsStacks || (await importsEnvironment(stack.file))) return;
    const own = stack.file === undefined ? [] : [stack.file];
    const named = stack.file === undefined ? [] : await filesOfStack(stack.file, project);
    const read = new Set([...words, ...(await wordsOf(own))]);
    const isNamed = (file: string) => {
      const { dir, name } = parse(relative(folder, file));
      return wordsIn(`${dir} ${name}`).some((word) => read.has(word));
    };
    return digest([
      ...[shared, stack.name, checkpoint],
      ...(await contents([...own, ...named, ...ignored.filter(isNamed)])),
    ]);
  };
}

/** One that is not understood is left to its preview, which says so. */
async function importsEnvironment(file: string | undefined): Promise<boolean> {
  const content = await unlessCode(["PROJECT_INVALID"], () => readYamlFile(file));
  return content === undefined || "environment" in content;
}

/** Every word of the files: a program that reads a variable names it. */
async function wordsOf(files: readonly string[]): Promise<ReadonlySet<string>> {
  const words = new Set<string>();
  for (const file of files) {
    if (file.endsWith(".md")) continue;
    const text = await unlessCode(["ENOENT", "EISDIR"], () => readFile(file, "utf8"));
    for (const word of wordsIn(text ?? "")) words.add(word);
  }
  return words;
}

function wordsIn(text: string): readonly string[] {
  return [...text.matchAll(/[A-Za-z]\w+/g)].map(([word]) => word);
}

/** Changes with what is kept of a result. */
const FORMAT = "opconnect fleet 2";

/** Credentials change by the hour, and what they lead to is in the state. */
function settings(env: NodeJS.ProcessEnv, words: ReadonlySet<string>): readonly string[] {
  return Object.entries(env)
    .filter(
      ([name]) =>
        words.has(name) || /^(PULUMI_|OPCONNECT_|AWS_|KUBECONFIG$|HELM_|NODE_OPTIONS$)/.test(name),
    )
    .filter(
      ([name]) => !/TOKEN|SECRET|ACCESS_KEY|PASSPHRASE|PASSWORD|EXPIR|HOME$|SESSION/.test(name),
    )
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
