import { availableParallelism } from "node:os";
import { ConnectError } from "@opconnect/core/connect-error";
import { describeStack, type StackRun } from "../report/describe-stack.ts";
import type { StackReport } from "../report/model.ts";
import type { PolicyPacks } from "../stacks/policy-packs.ts";
import type { FleetProject } from "../stacks/project.ts";
import type { PulumiFailure } from "../stacks/pulumi-failure.ts";
import type { FleetStack } from "../stacks/stack.ts";
import type { PreviewKind } from "./dynamic-host.ts";
import { GRACE_MS } from "./end-processes.ts";
import type { Previewed, PreviewJob } from "./messages.ts";
import { processEnded, timedOut } from "./preview-failure.ts";
import type { CompiledProgram } from "./program/compile.ts";
import { findEntry, isTypeScript } from "./program/entry.ts";
import { findKeptProgram } from "./program/kept-program.ts";
import { type Way, wayOfProject, wayOfStack } from "./program/way.ts";
import { isHostOfUse, SharedHost } from "./shared-host.ts";
import { WorkerProcess } from "./worker-process.ts";

/** A stack with what is known of it already. */
interface PoolStack extends FleetStack, Pick<StackRun, "checkpoint" | "configurationRisks"> {}

/** Stacks to preview. */
export interface PoolRequest {
  readonly project: FleetProject;
  readonly stacks: readonly PoolStack[];
  readonly kind: PreviewKind;
  /** How many at a time. */
  readonly parallel?: number;
  readonly timeLimitMs: number;
  /** What a preview is held to. */
  readonly policies?: PolicyPacks;
  readonly signal?: AbortSignal;
  readonly onStart?: (stack: FleetStack) => void;
  readonly onEnd?: (report: StackReport) => void;
}

/**
 * Previews stacks, several at a time, each worker one after the other. What one stack does to its
 * worker takes nothing from the others: it is previewed again, alone.
 * @throws `PROGRAM_INVALID`, `PROGRAM_NOT_INSTALLED`, and what the signal was aborted with.
 */
export async function previewStacks(request: PoolRequest): Promise<readonly StackReport[]> {
  const pool = new WorkerPool(request);
  const { signal } = request;
  const end = () => void pool.end();
  signal?.addEventListener("abort", end);
  try {
    signal?.throwIfAborted();
    const reports = await pool.run();
    signal?.throwIfAborted();
    return reports;
  } finally {
    signal?.removeEventListener("abort", end);
    await pool.end();
  }
}

class WorkerPool {
  readonly #request: PoolRequest;
  readonly #waiting: PoolStack[];
  readonly #workers = new Set<WorkerProcess>();
  readonly #way: Way;
  #program: CompiledProgram = { files: {} };
  #host: SharedHost | undefined;
  #isEnding = false;
  /** Nothing of the program outlives a process. */
  #isLoadedOnce = false;
  /** Failures that another process confirmed. */
  #confirmed = 0;

  constructor(request: PoolRequest) {
    this.#request = request;
    this.#waiting = [...request.stacks];
    this.#way = request.kind === "drift" ? "by pulumi" : wayOfProject(request.project);
  }

  async run(): Promise<readonly StackReport[]> {
    [this.#program, this.#host] = await Promise.all([
      this.#way === "inside" ? this.#compile() : this.#program,
      this.#startHost(),
    ]);
    const { stacks, parallel = defaultParallel() } = this.#request;
    const lanes = Array.from({ length: Math.min(parallel, stacks.length) }, () => this.#lane());
    return (await Promise.all(lanes)).flat();
  }

  async end(): Promise<void> {
    this.#isEnding = true;
    await Promise.all([...this.#workers].map((worker) => worker.end()));
  }

  async #compile(): Promise<CompiledProgram> {
    const entry = findEntry(this.#request.project);
    if (entry === undefined || !isTypeScript(entry.file)) return { files: {} };
    const kept = await findKeptProgram(this.#request.project);
    if (kept !== undefined) return kept;
    const worker = this.#start();
    const answer = await worker.ask({ kind: "compile", project: this.#request.project });
    // TypeScript takes much memory, which previews have no use for.
    await this.#retire(worker);
    if (answer?.kind === "compiled") return answer.program;
    if (answer?.kind !== "refused") {
      this.#request.signal?.throwIfAborted();
      throw new Error("The process that compiles the program ended before it was done.");
    }
    const { code, happened, remedy } = answer.failure;
    throw new ConnectError(code, happened, remedy);
  }

  async #startHost(): Promise<SharedHost | undefined> {
    const { project, stacks, kind } = this.#request;
    // Of drift the engine alone is asked, whatever runs the program.
    if (this.#way !== "inside" && kind !== "drift") return undefined;
    if (stacks.length < 2 || !isHostOfUse(project)) return undefined;
    return SharedHost.start(this.#start(), project, kind);
  }

  /** Previews one stack after the other, as long as there are any. */
  async #lane(): Promise<readonly StackReport[]> {
    const reports: StackReport[] = [];
    let worker: WorkerProcess | undefined;
    for (let stack = this.#next(); stack !== undefined; stack = this.#next()) {
      this.#request.onStart?.(stack);
      const way = wayOfStack(this.#way, stack);
      worker ??= this.#start();
      const answer = await this.#previewHosted(worker, { ...this.#job(stack), way });
      if (this.#isEnding) break;
      if (answer === undefined || !this.#canGoOn(answer)) {
        await this.#retire(worker);
        worker = undefined;
      }
      const report = await this.#settle(stack, answer);
      if (report === undefined) break;
      reports.push(report);
      this.#request.onEnd?.(report);
    }
    if (worker !== undefined) await this.#retire(worker);
    return reports;
  }

  #next(): PoolStack | undefined {
    return this.#isEnding ? undefined : this.#waiting.shift();
  }

  /** The report of a stack: the one that there is, or, where that may not be its own, another. */
  async #settle(
    stack: PoolStack,
    answer: Previewed | "too late" | undefined,
  ): Promise<StackReport | undefined> {
    if (answer === "too late") return this.#failed(stack, timedOut);
    if (answer === undefined) return this.#alone(stack);
    const { report, isLoadedAgain } = answer;
    const isSuspect = report.outcome === "failed" && isLoadedAgain;
    if (!isSuspect || (this.#confirmed >= 2 && !this.#isLoadedOnce)) return report;
    const again = await this.#alone(stack);
    if (again?.outcome === "failed") this.#confirmed += 1;
    else this.#isLoadedOnce = true;
    return again;
  }

  /** As `pulumi preview` does it: with nothing of another stack, nor of ours, in the process. */
  async #alone(stack: PoolStack): Promise<StackReport | undefined> {
    const worker = this.#start();
    const answer = await this.#preview(worker, { ...this.#job(stack), way: "by pulumi" });
    await this.#retire(worker);
    if (this.#isEnding) return undefined;
    if (answer === "too late") return this.#failed(stack, timedOut);
    return answer?.report ?? this.#failed(stack, processEnded);
  }

  #canGoOn(answer: Previewed | "too late"): boolean {
    if (answer === "too late" || answer.keptBytes > KEPT_BYTES) return false;
    return !answer.usesGlobals && !this.#isLoadedOnce;
  }

  /** With the shared host where that serves the stack, else as `pulumi preview` does it. */
  async #previewHosted(
    worker: WorkerProcess,
    job: PreviewJob,
  ): Promise<Previewed | "too late" | undefined> {
    // An environment of Pulumi ESC sets variables that only a host of the engine's own gets.
    const isHosted = job.kind === "drift" ? wayOfStack("inside", job.stack) : job.way;
    const host = isHosted === "inside" ? this.#host?.current : undefined;
    if (host === undefined) return this.#preview(worker, job);
    const answer = await this.#preview(worker, { ...job, host });
    if (answer === undefined || answer === "too late") return answer;
    return this.#host?.hasFailed(answer) ? this.#preview(worker, job) : answer;
  }

  /** A worker that is blocked, by an endless loop for one, cannot keep its time limit itself. */
  async #preview(
    worker: WorkerProcess,
    job: PreviewJob,
  ): Promise<Previewed | "too late" | undefined> {
    let isLate = false;
    const late = setTimeout(() => {
      isLate = true;
      void worker.kill();
    }, job.timeLimitMs + GRACE_MS);
    const answer = await worker.ask({ kind: "preview", job });
    clearTimeout(late);
    if (answer?.kind === "previewed") return answer;
    return isLate ? "too late" : undefined;
  }

  #job(stack: PoolStack): Omit<PreviewJob, "way"> {
    const { project, kind, timeLimitMs, policies } = this.#request;
    const { checkpoint, configurationRisks } = stack;
    return {
      ...{ project, stack, kind, timeLimitMs },
      ...(policies && { policies }),
      ...(configurationRisks && { configurationRisks }),
      ...(checkpoint !== undefined && { checkpoint }),
    };
  }

  #failed(
    stack: PoolStack,
    describe: (stack: string, timeLimitMs: number) => PulumiFailure,
  ): StackReport {
    const { client, environment, name, configurationRisks } = stack;
    return describeStack({
      project: this.#request.project.name,
      stack: name,
      ...(client !== undefined && { client }),
      ...(environment !== undefined && { environment }),
      events: [],
      failure: describe(name, this.#request.timeLimitMs),
      ...(configurationRisks && { configurationRisks }),
    });
  }

  #start(): WorkerProcess {
    const worker = new WorkerProcess();
    this.#workers.add(worker);
    worker.tell({ kind: "program", program: this.#program });
    return worker;
  }

  async #retire(worker: WorkerProcess): Promise<void> {
    await worker.end();
    this.#workers.delete(worker);
  }
}

/** One more than there are processors, since an engine waits now and then; fewer on little memory. */
function defaultParallel(): number {
  const fitting = Math.floor(process.availableMemory() / STACK_BYTES);
  return Math.max(1, Math.min(availableParallelism() + 1, fitting));
}

/** About what a worker, its engine and their plugins take. */
const STACK_BYTES = 700 * 2 ** 20;

/**
 * A worker that keeps more gives way to a new one, so that what a fleet takes does not grow with it:
 * modules of ESM that were loaded never go.
 */
const KEPT_BYTES = 128 * 2 ** 20;
