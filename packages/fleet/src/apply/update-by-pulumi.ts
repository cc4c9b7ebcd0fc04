import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeStack, type StackRun } from "../report/describe-stack.ts";
import type { StackReport } from "../report/model.ts";
import { digestConfiguration } from "../stacks/configuration-digest.ts";
import { type PolicyPacks, policyPackWords } from "../stacks/policy-packs.ts";
import type { FleetProject } from "../stacks/project.ts";
import type { FleetStack } from "../stacks/stack.ts";
import { GRACE_MS } from "../workers/end-processes.ts";
import { previewFailure, timedOut } from "../workers/preview-failure.ts";
import { type EventStream, streamEvents } from "../workers/stream-events.ts";
import type { PlannedUpdate } from "./apply-reviewed.ts";

/** A stack that is to be updated as it was reviewed. */
export interface ReviewedStack {
  readonly project: FleetProject;
  readonly stack: FleetStack;
  /** Digest of the stack's state as it is now. */
  checkpoint(): Promise<string | undefined>;
  /** What its preview and its update are held to. */
  readonly policies?: PolicyPacks;
  /** How long the preview may take. The update may take what it takes: in the middle it is worse. */
  readonly previewLimitMs: number;
  /** How long a preview may take to end in order when its time is up. */
  readonly forceAfterMs?: number;
  /** Passed on to `pulumi`, which ends in order. */
  readonly terminated: AbortSignal;
}

/**
 * An update by the command `pulumi`, of exactly what its own preview planned. The plan lies in a
 * folder of this user's alone; secrets in it are encrypted as those of the state are.
 */
export async function planByPulumi(reviewed: ReviewedStack): Promise<PlannedUpdate> {
  const { stack, policies, previewLimitMs, forceAfterMs = GRACE_MS, terminated } = reviewed;
  const held = policies === undefined ? [] : policyPackWords(policies);
  const folder = await mkdtemp(join(tmpdir(), "opconnect-plan-"));
  const plan = join(folder, "plan.json");
  let from: Origin = {};
  return {
    async preview() {
      from = await originOf(reviewed);
      const limit = AbortSignal.timeout(previewLimitMs);
      const signal = AbortSignal.any([terminated, limit]);
      return runAndDescribe(reviewed, ["preview", "--save-plan", plan, ...held], {
        ...from,
        run: { signal, forceAfterMs },
        failureOf: (error, events) =>
          limit.aborted
            ? timedOut(stack.name, previewLimitMs)
            : previewFailure(stack.name, error, events),
      });
    },
    async changesSince() {
      const now = await originOf(reviewed);
      return [
        ...(now.configuration === from.configuration
          ? []
          : ["The configuration in its stack file was changed after its preview"]),
        ...(now.checkpoint === from.checkpoint ? [] : ["It was updated after its preview"]),
      ];
    },
    async apply() {
      const words = ["up", "--yes", "--skip-preview", "--plan", plan, ...held];
      const { outcome, problems } = await runAndDescribe(reviewed, words, {
        doing: "update",
        run: { signal: terminated },
        failureOf: (error, events) => previewFailure(stack.name, error, events, "update"),
      });
      if (outcome !== "failed") return undefined;
      return problems
        .map(({ code, happened, remedy }) => `${happened} ${remedy} [${code}]`)
        .join(" ");
    },
    dispose: () => rm(folder, { recursive: true, force: true }),
  };
}

/** What a preview starts from, besides the program. */
type Origin = Pick<StackRun, "checkpoint" | "configuration">;

async function originOf({ stack, checkpoint }: ReviewedStack): Promise<Origin> {
  const configuration = await digestConfiguration(stack);
  const state = await checkpoint();
  return {
    ...(configuration !== undefined && { configuration }),
    ...(state !== undefined && { checkpoint: state }),
  };
}

async function runAndDescribe(
  { project, stack }: ReviewedStack,
  words: readonly string[],
  {
    run,
    failureOf,
    ...from
  }: Pick<StackRun, "checkpoint" | "configuration" | "doing"> & {
    readonly run: Omit<EventStream, "onEvent">;
    readonly failureOf: (error: unknown, events: readonly unknown[]) => StackRun["failure"];
  },
): Promise<StackReport> {
  const events: unknown[] = [];
  const onEvent = (event: unknown) => void events.push(event);
  const end = await streamEvents({ project, stack }, words, { ...run, onEvent }).then(
    () => ({ isDone: true, failure: undefined }),
    (error: unknown) => ({ isDone: false, failure: failureOf(error, events) }),
  );
  const { name, client, environment } = stack;
  const report = describeStack({
    project: project.name,
    stack: name,
    ...(client !== undefined && { client }),
    ...(environment !== undefined && { environment }),
    ...from,
    events,
    ...(end.failure && { failure: end.failure }),
  });
  return end.isDone ? report : { ...report, outcome: "failed" };
}
