import { type ChildProcess, fork } from "node:child_process";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import { endGroup, endProcesses, GRACE_MS } from "./end-processes.ts";
import type { WorkerAnswer, WorkerRequest } from "./messages.ts";

/** A process that previews stacks, one at a time. */
export class WorkerProcess {
  readonly #child: ChildProcess;
  readonly #exited: Promise<void>;

  constructor() {
    // A process group of its own: what ^C on a terminal reaches is the parent alone, which then ends
    // each in order. What a program prints may hold what is secret.
    this.#child = fork(workerFile, {
      detached: true,
      stdio: ["ignore", "ignore", "ignore", "ipc"],
      serialization: "advanced",
    });
    this.#exited = new Promise<void>((resolve) => {
      this.#child.once("exit", () => resolve()).once("error", () => resolve());
    }).then(() => {
      if (this.#child.pid !== undefined) endGroup(this.#child.pid);
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Tells what needs no answer. */
  tell(request: WorkerRequest): void {
    // Where the process has ended, whoever asks next learns of it.
    this.#child.send(request, () => {});
  }

  /**
   * Asks, and waits for the answer.
   * @returns nothing if the process ended instead.
   */
  async ask(request: WorkerRequest): Promise<WorkerAnswer | undefined> {
    return new Promise((resolve) => {
      const answer = (message: unknown) => resolve(message as WorkerAnswer);
      this.#child.once("message", answer);
      void this.#exited.then(() => {
        this.#child.off("message", answer);
        resolve(undefined);
      });
      this.tell(request);
    });
  }

  /** Ends the process with all that it started: in order, and by force if that takes too long. */
  async end(): Promise<void> {
    this.tell({ kind: "end" });
    const force = setTimeout(() => {
      if (this.#child.pid !== undefined) void endProcesses(this.#child.pid);
    }, GRACE_MS + 2_000);
    await this.#exited;
    clearTimeout(force);
  }

  /** Ends the process, and all that it started, at once. */
  async kill(): Promise<void> {
    if (this.#child.pid !== undefined) await endProcesses(this.#child.pid);
    await this.#exited;
  }
}

/** Beside this file: as source, as built, and in the bundle of the command. */
const workerFile = fileURLToPath(
  new URL(`./fleet-worker${extname(new URL(import.meta.url).pathname)}`, import.meta.url),
);
