import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeStack } from "../report/describe-stack.ts";
import type { StackReport } from "../report/model.ts";
import type { FleetProject } from "../stacks/project.ts";
import type { FleetStack } from "../stacks/stack.ts";
import { previewFailure } from "../workers/preview-failure.ts";
import { streamEvents } from "../workers/stream-events.ts";
import type { PlannedUpdate } from "./apply-reviewed.ts";

/** A stack that is to be updated as it was reviewed. */
export interface ReviewedStack {
  readonly project: FleetProject;
  readonly stack: FleetStack;
  /** Digest of the stack's state as it is now. */
  checkpoint(): Promise<string | undefined>;
  /** Passed on to `pulumi`, which ends in order. */
  readonly terminated: AbortSignal;
}

/**
 * An update by the command `pulumi`, of exactly what its own preview planned. The plan lies in a
 * folder of this user's alone; secrets in it are encrypted as those of the state are.
 */
export async function planByPulumi(reviewed: ReviewedStack): Promise<PlannedUpdate> {
  const folder = await mkdtemp(join(tmpdir(), "opconnect-plan-"));
  const plan = join(folder, "plan.json");
  let configuration: string | undefined;
  return {
    async preview() {
      configuration = await digestOfFile(reviewed.stack.file);
      const checkpoint = await reviewed.checkpoint();
      const words = ["preview", "--save-plan", plan];
      return runAndDescribe(reviewed, words, checkpoint);
    },
    async apply() {
      if ((await digestOfFile(reviewed.stack.file)) !== configuration) {
        return "Its configuration was changed after its preview.";
      }
      const words = ["up", "--yes", "--skip-preview", "--plan", plan];
      const { outcome, problems } = await runAndDescribe(reviewed, words);
      if (outcome !== "failed") return undefined;
      return problems.map(({ code, happened }) => `${happened} [${code}]`).join(" ");
    },
    dispose: () => rm(folder, { recursive: true, force: true }),
  };
}

async function runAndDescribe(
  { project, stack, terminated }: ReviewedStack,
  words: readonly string[],
  checkpoint?: string,
): Promise<StackReport> {
  const events: unknown[] = [];
  const onEvent = (event: unknown) => void events.push(event);
  const run = streamEvents({ project, stack }, words, { onEvent, signal: terminated });
  const end = await run.then(
    () => ({ isDone: true, failure: undefined }),
    (error: unknown) => ({
      isDone: false,
      failure: previewFailure(stack.name, error, events),
    }),
  );
  const { name, client, environment } = stack;
  const report = describeStack({
    project: project.name,
    stack: name,
    ...(client !== undefined && { client }),
    ...(environment !== undefined && { environment }),
    events,
    ...(end.failure && { failure: end.failure }),
    ...(checkpoint !== undefined && { checkpoint }),
  });
  return end.isDone ? report : { ...report, outcome: "failed" };
}

async function digestOfFile(path: string | undefined): Promise<string | undefined> {
  if (path === undefined) return undefined;
  return createHash("sha256")
    .update(await readFile(path))
    .digest("hex");
}
