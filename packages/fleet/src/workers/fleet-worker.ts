import process from "node:process";
import { isConnectError } from "@opconnect/core/connect-error";
import { describeStack } from "../report/describe-stack.ts";
import { digestConfiguration } from "../stacks/configuration-digest.ts";
import { policyPackWords } from "../stacks/policy-packs.ts";
import type { PulumiFailure } from "../stacks/pulumi-failure.ts";
import { collectGarbage } from "./collect-garbage.ts";
import { isUnserved, previewing, startDynamicHost } from "./dynamic-host.ts";
import { endProcesses, GRACE_MS } from "./end-processes.ts";
import type { Previewed, PreviewJob, WorkerAnswer, WorkerRequest } from "./messages.ts";
import { previewFailure, timedOut } from "./preview-failure.ts";
import { InsidePreview } from "./preview-inside.ts";
import { type CompiledProgram, compileProgram, transpileFile } from "./program/compile.ts";
import { findEntry } from "./program/entry.ts";
import { keepProgram } from "./program/kept-program.ts";
import { type AfreshProgram, loadAfresh } from "./program/load-afresh.ts";
import { findOwnRuntime } from "./program/own-runtime.ts";
import { Questions } from "./program/questions.ts";
import { streamEvents } from "./stream-events.ts";

const commands = { preview: ["preview"], drift: ["refresh", "--preview-only"] } as const;

/**
 * The process of a worker: previews one stack after the other, as its parent asks. What a program
 * and its libraries print, and what the engine tells, stays in here; the report of a stack leaves.
 */
const ending = new AbortController();
const given: { readonly env: Readonly<NodeJS.ProcessEnv> } = { env: { ...process.env } };
let program: CompiledProgram = { files: {} };
let inside: { readonly preview: InsidePreview; readonly program: AfreshProgram } | undefined;
let runs = 0;
let firstBytes: number | undefined;
let isBusy = false;

process.on("message", (request: WorkerRequest) => {
  if (request.kind === "end") return end();
  if (request.kind === "program") {
    program = request.program;
    return;
  }
  isBusy = true;
  answerTo(request).then(
    (answer) => {
      isBusy = false;
      process.send?.(answer);
    },
    // A bug of ours: the parent learns of it by the end of this process.
    () => process.exit(1),
  );
});
// Whoever started this is gone, or has left: the engine must not outlive it.
process.on("disconnect", end);
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, end);

async function answerTo(
  request: Exclude<WorkerRequest, { kind: "end" | "program" }>,
): Promise<WorkerAnswer> {
  switch (request.kind) {
    case "compile":
      return compile(request.project);
    case "host":
      return {
        kind: "hosting",
        host: await startDynamicHost(request.project.programFolder, request.previews),
      };
    case "preview":
      return measured(await preview(request.job).finally(restore));
  }
}

async function compile(project: PreviewJob["project"]): Promise<WorkerAnswer> {
  // As a program of `pulumi` starts: from there types are looked for.
  process.chdir(project.programFolder);
  try {
    const questions = new Questions(findOwnRuntime(project.programFolder).typescript().sys);
    const compiled = compileProgram(project);
    await keepProgram(project, compiled, questions);
    return { kind: "compiled", program: compiled };
  } catch (error) {
    if (!isConnectError(error)) throw error;
    const { code, happened, remedy } = error;
    return { kind: "refused", failure: { code, happened, remedy } };
  }
}

function measured(answer: Omit<Previewed, "keptBytes">): Previewed {
  collectGarbage();
  const bytes = process.memoryUsage.rss();
  firstBytes ??= bytes;
  return { ...answer, keptBytes: bytes - firstBytes };
}

async function preview(job: PreviewJob): Promise<Omit<Previewed, "keptBytes">> {
  const { project, stack, way, kind, timeLimitMs, checkpoint, configurationRisks, host } = job;
  const events: unknown[] = [];
  const limit = AbortSignal.timeout(timeLimitMs);
  const run = {
    onEvent: (event: unknown) => void events.push(event),
    signal: AbortSignal.any([limit, ending.signal]),
  };
  let configuration: string | undefined;
  let failure: PulumiFailure | undefined;
  try {
    configuration = await digestConfiguration(stack);
    if (way === "inside" && kind === "preview") await insideOf(project).preview.run(job, run);
    else await streamEvents(job, wordsOf(job), { ...run, env: previewing(host) });
  } catch (error) {
    failure = limit.aborted
      ? timedOut(stack.name, timeLimitMs)
      : previewFailure(stack.name, error, events);
  }
  if (ending.signal.aborted) process.exit(0);
  const isInside = inside !== undefined && way === "inside" && kind === "preview";
  if (isInside) runs += 1;
  return {
    kind: "previewed",
    report: describeStack({
      project: project.name,
      stack: stack.name,
      ...(stack.client !== undefined && { client: stack.client }),
      ...(stack.environment !== undefined && { environment: stack.environment }),
      events,
      ...(failure && { failure }),
      ...(checkpoint !== undefined && { checkpoint }),
      ...(configuration !== undefined && { configuration }),
      ...(configurationRisks && { configurationRisks }),
    }),
    needsOwnHost: host !== undefined && isUnserved(host, events),
    isLoadedAgain: isInside && runs > 1,
    usesGlobals: inside?.program.usesGlobals === true,
  };
}

/** A drift is of no change, and held to nothing. */
function wordsOf({ kind, policies }: PreviewJob): readonly string[] {
  const held = kind === "preview" && policies !== undefined ? policyPackWords(policies) : [];
  return [...commands[kind], ...held];
}

function insideOf(project: PreviewJob["project"]): NonNullable<typeof inside> {
  if (inside !== undefined) return inside;
  const runtime = findOwnRuntime(project.programFolder);
  const entry = findEntry(project);
  if (entry === undefined) throw new Error("The program's first file is gone.");
  process.env.PULUMI_NODEJS_ROOT_DIRECTORY = project.root;
  const compiled = (file: string) => program.files[file] ?? transpileFile(project, file);
  const afresh = loadAfresh({ entry, compiled });
  inside = { preview: new InsidePreview(runtime, afresh), program: afresh };
  return inside;
}

/** What a program set in its process the next one must not find. */
function restore(): void {
  process.exitCode = undefined;
  for (const name of Object.keys(process.env)) {
    if (!(name in given.env) && name !== "PULUMI_NODEJS_ROOT_DIRECTORY") delete process.env[name];
  }
  Object.assign(process.env, given.env);
}

/** The engine is asked to end, and ends its plugins; then this process ends. */
function end(): void {
  ending.abort();
  if (!isBusy) process.exit(0);
  setTimeout(() => void endProcesses(process.pid), GRACE_MS);
}
