import { unlessCode } from "@opconnect/core/has-code";
import { decideAffected } from "../affected/decide.ts";
import { readDeciding } from "../affected/deciding-files.ts";
import { type FleetReport, reportVersion, type StackReport } from "../report/model.ts";
import { configurationRisks } from "../report/risks/configuration-risks.ts";
import { readCheckpoints } from "../stacks/checkpoints.ts";
import { findPolicyPacks, type PolicyPacks } from "../stacks/policy-packs.ts";
import { type FleetProject, readProject } from "../stacks/project.ts";
import type { Selection } from "../stacks/select.ts";
import { type Shard, wholeFleet } from "../stacks/shard.ts";
import type { FleetStack } from "../stacks/stack.ts";
import { readYamlFile } from "../stacks/yaml-file.ts";
import { previewStacks } from "../workers/worker-pool.ts";
import { findStacks } from "./find-stacks.ts";
import type { PreviewProgress } from "./progress.ts";
import { markRun } from "./run-mark.ts";

/** What of a fleet to preview, and how. */
export interface FleetPreviewRequest {
  /** Folder of the Pulumi project, or one in it. */
  readonly folder: string;
  /** What a change of the program does, or what others did to the environments meanwhile. */
  readonly kind: "preview" | "drift";
  readonly selection: Selection;
  /** Tags of the backend that stacks must have. */
  readonly tags?: readonly string[];
  readonly shard?: Shard;
  /**
   * Only stacks whose result can differ: with a base, from that commit of git.
   * @default - all that are meant
   */
  readonly affected?: { readonly base?: string };
  /**
   * Policy packs that a preview is held to: a violation is a risk in the report.
   * @default - none
   */
  readonly policies?: PolicyPacks;
  /** How many stacks at a time. */
  readonly parallel?: number;
  /** How long a stack may take. */
  readonly timeLimitMs: number;
  readonly signal?: AbortSignal;
  readonly progress?: PreviewProgress;
}

/**
 * Previews many stacks of one project.
 * @throws `ARGUMENT_INVALID` if a policy pack is not there; `PROJECT_INVALID`, `STACK_NOT_FOUND`, `STACK_NONE_MATCHED`, `PROGRAM_INVALID`,
 * `PROGRAM_NOT_INSTALLED`, `PULUMI_FAILED`, `PULUMI_BACKEND_UNREACHABLE`. What is wrong with one
 * stack alone stands in its report.
 */
export async function previewFleet(request: FleetPreviewRequest): Promise<FleetReport> {
  const { folder, kind, selection, tags = [], affected: asked, signal, progress = {} } = request;
  const { shard = wholeFleet } = request;
  const policies = request.policies && (await findPolicyPacks(request.policies));
  const project = await readProject(folder);
  const { stacks, missing } = await findStacks(project, {
    ...{ selection, tags, shard },
    ...(signal && { signal }),
  });
  const deciding = await readDeciding(project, policies, signal);
  const run = await markRun({ project, deciding, selection, tags, policies, affected: asked });
  const checkpoints = await readCheckpoints(project, stacks, signal);
  const { affected, known, untouched, keep } =
    asked && kind === "preview"
      ? await decideAffected({ project, stacks, checkpoints, deciding, ...asked })
      : { affected: stacks, known: [], untouched: [], keep: async () => {} };
  progress.onPlan?.(affected);
  const reports = await previewStacks({
    project,
    stacks: await Promise.all(
      affected.map(async (stack) => {
        const checkpoint = checkpoints.get(stack.name);
        return {
          ...stack,
          ...(checkpoint !== undefined && { checkpoint }),
          ...(kind === "preview" && { configurationRisks: await risksOfFiles(project, stack) }),
        };
      }),
    ),
    kind,
    timeLimitMs: request.timeLimitMs,
    ...(policies && { policies }),
    ...(request.parallel !== undefined && { parallel: request.parallel }),
    ...(signal && { signal }),
    ...(progress.onStart && { onStart: progress.onStart }),
    ...(progress.onEnd && { onEnd: progress.onEnd }),
  });
  await Promise.all(reports.map(keep));
  const leftOut = missing.map((stack) => ({ stack, reason: NOT_THERE_YET }));
  return {
    version: reportVersion,
    kind,
    runs: [run],
    stacks: inOrder([...reports, ...known]),
    notLookedAt: [...leftOut, ...untouched].map(({ stack, reason }) => ({
      project: project.name,
      stack: stack.name,
      reason,
    })),
    shards: { of: shard.of, present: [shard.index] },
  };
}

/** A stack's file that is no YAML is left to its preview, which says so. */
async function risksOfFiles(
  { name: project, file }: FleetProject,
  stack: FleetStack,
): Promise<StackReport["risks"]> {
  const projectFile = await readYamlFile(file);
  const stackFile = (await unlessCode(["PROJECT_INVALID"], () => readYamlFile(stack.file))) ?? {};
  return configurationRisks({ project, stack: stack.name, stackFile, projectFile });
}

function inOrder(reports: readonly StackReport[]): StackReport[] {
  return reports.toSorted((one, other) => (one.stack < other.stack ? -1 : 1));
}

const NOT_THERE_YET = "It has a stack file, and is not in the backend yet.";
