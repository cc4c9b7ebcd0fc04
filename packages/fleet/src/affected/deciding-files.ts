import { existsSync, realpathSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join, relative, resolve } from "node:path";
import { isRecord } from "@opconnect/core/json";
import { isReportFile } from "../report/report-file.ts";
import type { PolicyPacks } from "../stacks/policy-packs.ts";
import type { FleetProject } from "../stacks/project.ts";
import { runPulumi } from "../stacks/run-pulumi.ts";
import { shortName } from "../stacks/stack.ts";
import { readManifest } from "../workers/program/entry.ts";
import { FactReader, mayNamePaths } from "./file-facts.ts";
import { trackedFiles } from "./tracked-files.ts";

/** What decides about all stacks of a project. */
export interface Deciding {
  /** Files of the program, and whatever these name. */
  readonly files: readonly string[];
  /** Files of policy packs and of their configuration. */
  readonly ruling: readonly string[];
  /** Version of the engine. */
  readonly engine: string;
  readonly facts: FactReader;
}

/**
 * Looks up what decides about all stacks of a project.
 * @throws `PULUMI_FAILED` if there is no engine.
 */
export async function readDeciding(
  project: FleetProject,
  policies: PolicyPacks | undefined,
  signal?: AbortSignal,
): Promise<Deciding> {
  const facts = new FactReader();
  const [files, ruling, engine] = await Promise.all([
    decidingFiles(project, facts),
    policyFiles(policies),
    runPulumi(project.root, ["version"], signal ? { signal } : {}),
  ]);
  return { files, ruling, engine: engine.trim(), facts };
}

/**
 * Files that decide about all stacks of a project. Rather too many than one too few: a program may
 * read any file. So it is all of the program's package but stack files, the packages of the same
 * workspace that it depends on, whatever these name by a relative path, and the lock file.
 */
async function decidingFiles(project: FleetProject, facts: FactReader): Promise<readonly string[]> {
  const lock = lockFile(project.programFolder);
  const start = [project.file, ...(lock === undefined ? [] : [lock])];
  return reachedFrom([packageFolder(project)], { project, facts }, start);
}

/** Files that the configuration of one stack names by a relative path, and what these name. */
export async function filesOfStack(
  file: string,
  { project, facts }: Reading,
): Promise<readonly string[]> {
  return reachedFrom(await namedFrom(file, facts), { project, facts });
}

/** Files of policy packs and of their configuration. Of an installed one its manifest says which. */
async function policyFiles(policies: PolicyPacks | undefined): Promise<readonly string[]> {
  if (policies === undefined) return [];
  const files = await Promise.all(policies.packs.map((folder) => trackedFiles(folder)));
  const manifests = policies.packs.map((folder) => join(folder, "package.json"));
  return [...new Set([...files.flat(), ...manifests, ...policies.configs])].toSorted();
}

/** In which project files are read, and with what. */
interface Reading {
  readonly project: FleetProject;
  readonly facts: FactReader;
}

async function reachedFrom(
  paths: readonly string[],
  { project, facts }: Reading,
  start: readonly string[] = [],
): Promise<readonly string[]> {
  const found = new Set(start);
  const seen = new Set<string>();
  const waiting = [...paths];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (seen.has(path)) continue;
    seen.add(path);
    const files = statSync(path).isDirectory() ? await trackedFiles(path) : [path];
    for (const file of files) {
      if (found.has(file) || isStackFile(file, project) || !existsSync(file)) continue;
      // What a preview left behind decides about none.
      if (file.endsWith(".json") && (await isReportFile(file))) continue;
      found.add(file);
      waiting.push(...(await namedFrom(file, facts)));
    }
    if (statSync(path).isDirectory()) waiting.push(...workspacePackages(path));
  }
  return [...found].toSorted();
}

/** The folder that the program is a package of. */
export function packageFolder({ programFolder, root }: FleetProject): string {
  const folder = readManifest(programFolder)?.folder ?? programFolder;
  // A package above the project is of more than it.
  return relative(root, folder).startsWith("..") ? root : folder;
}

/** Whether a file is the configuration of one stack of the project, which no other one reads. */
export function isStackFile(file: string, { stackFolder }: FleetProject): boolean {
  return dirname(file) === stackFolder && /^Pulumi\..+\.(ya?ml|json)$/.test(basename(file));
}

/** What the configuration of a stack may be called. */
export function stackFileNames({ stackFolder }: FleetProject, stack: string): readonly string[] {
  return ["yaml", "yml", "json"].map((ending) =>
    join(stackFolder, `Pulumi.${shortName(stack)}.${ending}`),
  );
}

/** Packages that are installed as a link: their files are of the same workspace. */
function workspacePackages(folder: string): readonly string[] {
  const manifest = readManifest(folder);
  if (manifest === undefined) return [];
  const { dependencies, devDependencies, peerDependencies, optionalDependencies } =
    manifest.content;
  const names = [dependencies, devDependencies, peerDependencies, optionalDependencies].flatMap(
    (list) => (isRecord(list) ? Object.keys(list) : []),
  );
  const places = createRequire(join(folder, "package.json")).resolve.paths("x") ?? [];
  return names.flatMap((name) => {
    const link = places.map((place) => join(place, name)).find((path) => existsSync(path));
    const target = link === undefined ? undefined : realpathSync(link);
    return target === undefined || target.includes("/node_modules/") ? [] : [target];
  });
}

/** Files and folders outside its own folder that a file names by a relative path. */
async function namedFrom(file: string, facts: FactReader): Promise<readonly string[]> {
  if (!mayNamePaths(file, statSync(file).size)) return [];
  const { paths = [] } = (await facts.read(file)) ?? {};
  return paths.flatMap((name) => {
    const path = resolve(dirname(file), name);
    const stem = path.replace(/\.[cm]?jsx?$/, "");
    return [path, ...endings.map((ending) => `${stem}${ending}`)].filter((candidate) =>
      existsSync(candidate),
    );
  });
}

function lockFile(folder: string): string | undefined {
  const found = locks.map((name) => join(folder, name)).find((file) => existsSync(file));
  if (found !== undefined) return found;
  const parent = dirname(folder);
  return parent === folder ? undefined : lockFile(parent);
}

const endings = [".ts", ".tsx", ".mts", ".cts", "/index.ts", ".js", "/index.js", ".json"];

const locks = [
  ...["package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock"],
  ...["uv.lock", "poetry.lock", "requirements.txt", "go.sum"],
];
