import { parse, relative } from "node:path";
import { unlessCode } from "@opconnect/core/has-code";
import type { FleetProject } from "../stacks/project.ts";
import type { FleetStack } from "../stacks/stack.ts";
import { readYamlFile } from "../stacks/yaml-file.ts";
import { type Deciding, filesOfStack, packageFolder } from "./deciding-files.ts";
import { digest } from "./digest.ts";
import { wordsIn } from "./file-facts.ts";
import { ignoredFiles, trackedFiles } from "./tracked-files.ts";

/**
 * Gives one text for all that decides about the preview of a stack; none if it takes values from
 * where they can change unseen: from another stack, or an environment of Pulumi ESC.
 */
export type ContentKey = (stack: FleetStack, checkpoint: string) => Promise<string | undefined>;

/**
 * What decides about all stacks of a project: its files and those of policy packs, the versions of
 * engine and Node.js, the settings in the environment, the variables that its files name, and the
 * chart. Of what git ignores, a file counts whose name or folder stands in these files.
 */
export async function contentKey(
  project: FleetProject,
  { files, ruling, engine, facts }: Deciding,
): Promise<ContentKey> {
  const words = await facts.words(files);
  const folder = packageFolder(project);
  const ignored = await ignoredFiles(folder);
  const readsStacks = words.has("StackReference") || words.has("stackReference");
  const shared = digest([
    ...[FORMAT, project.root, project.name, engine, process.version],
    ...settings(process.env, words),
    ...(await facts.contents([...files, ...ruling])),
    ...(await facts.contents(await chartFiles(process.env.OPCONNECT_CHART))),
  ]);
  return async (stack, checkpoint) => {
    if (readsStacks || (await importsEnvironment(stack.file))) return;
    const own = stack.file === undefined ? [] : [stack.file];
    const named =
      stack.file === undefined ? [] : await filesOfStack(stack.file, { project, facts });
    const read = new Set([...words, ...(await facts.words(own))]);
    const isNamed = (file: string) => {
      const { dir, name } = parse(relative(folder, file));
      return wordsIn(`${dir} ${name}`).some((word) => read.has(word));
    };
    return digest([
      ...[shared, stack.name, checkpoint],
      ...(await facts.contents([...own, ...named, ...ignored.filter(isNamed)])),
    ]);
  };
}

/** One that is not understood is left to its preview, which says so. */
async function importsEnvironment(file: string | undefined): Promise<boolean> {
  const content = await unlessCode(["PROJECT_INVALID"], () => readYamlFile(file));
  return content === undefined || "environment" in content;
}

/** Changes with what is kept of a result. */
const FORMAT = "opconnect fleet 3";

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
