import { relative, sep } from "node:path";
import type { Deciding } from "../affected/deciding-files.ts";
import { digest } from "../affected/digest.ts";
import { readWorkingTree } from "../affected/tracked-files.ts";
import type { FleetRun } from "../report/model.ts";
import type { PolicyPacks } from "../stacks/policy-packs.ts";
import type { FleetProject } from "../stacks/project.ts";
import type { Selection } from "../stacks/select.ts";

/** A preview that is marked. */
export interface MarkedPreview {
  readonly project: FleetProject;
  readonly deciding: Deciding;
  readonly selection: Selection;
  readonly tags: readonly string[];
  readonly policies?: PolicyPacks | undefined;
  readonly affected?: { readonly base?: string } | undefined;
}

/**
 * The mark of a run, which its shards have in common, wherever they were made: nothing of the
 * machine is in it, no stack's own file, and no file that the run itself leaves in the project.
 */
export async function markRun(preview: MarkedPreview, now = new Date()): Promise<FleetRun> {
  const { project, deciding } = preview;
  const { files, ruling, engine, facts } = deciding;
  const tree = await readWorkingTree(project.root);
  // What git does not track may be a report of the shard before; without git, all but programs may.
  const isOfRun = (file: string) => tree?.isTracked(file) ?? isProgram(file);
  const nameOf = (file: string) => relative(project.root, file).replaceAll(sep, "/");
  const rules = ruling.filter((file) => isOfRun(file) || isNamed(file, preview.policies));
  const at = now.toISOString();
  return {
    project: project.name,
    ...(tree?.commit !== undefined && { commit: tree.commit }),
    program: digest(await facts.contents(files.filter(isOfRun), nameOf)),
    engine,
    request: digest([JSON.stringify(asked(preview)), ...(await facts.contents(rules, () => ""))]),
    from: at,
    to: at,
  };
}

function asked({ selection, tags, affected }: MarkedPreview) {
  const { names = [], clients = [], environments = [] } = selection;
  const lists = [names, clients, environments, tags].map((list) => [...new Set(list)].sort());
  return [...lists, affected === undefined ? null : [affected.base ?? null]];
}

/** Of an installed pack its manifest stands for all of it. */
function isNamed(file: string, policies: PolicyPacks | undefined): boolean {
  return file.endsWith("package.json") || policies?.configs.includes(file) === true;
}

function isProgram(file: string): boolean {
  return /\.([cm]?[jt]sx?|ya?ml|py|go)$|(^|[\\/])(package|[\w-]*lock)\.json$|\.lock$/.test(file);
}
