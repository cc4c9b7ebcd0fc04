import { AsyncLocalStorage } from "node:async_hooks";
import { isRecord } from "@opconnect/core/json";
import type { LocalWorkspace, PulumiCommand, PulumiFn } from "@pulumi/pulumi/automation/index.js";
import { previewing } from "./dynamic-host.ts";
import type { PreviewJob } from "./messages.ts";
import type { AfreshProgram } from "./program/load-afresh.ts";
import type { OwnRuntime } from "./program/own-runtime.ts";

/** What a preview tells while it runs, and what may end it. */
export interface PreviewRun {
  readonly onEvent: (event: unknown) => void;
  readonly signal: AbortSignal;
}

/** Previews one stack after the other with the program inside this process. */
export class InsidePreview {
  readonly #runtime: OwnRuntime;
  readonly #program: AfreshProgram;
  #command: PulumiCommand | undefined;

  constructor(runtime: OwnRuntime, program: AfreshProgram) {
    this.#runtime = runtime;
    this.#program = program;
  }

  /** @throws what the Automation API throws: it may hold what is secret. */
  async run(job: PreviewJob, { onEvent, signal }: PreviewRun): Promise<void> {
    const { project, stack, host, policies } = job;
    const { LocalWorkspace, Stack, PulumiCommand } = this.#runtime.automation();
    this.#command ??= await PulumiCommand.get();
    const workspace = await LocalWorkspace.create({
      workDir: project.root,
      pulumiCommand: this.#command,
      envVars: previewing(host),
      program: () => inFolder(project.programFolder, () => this.#program.load()),
    });
    leaveSelection(workspace);
    const selected = await Stack.select(stack.name, workspace);
    await selected.preview({
      onEvent,
      signal,
      ...(policies && {
        policyPacks: [...policies.packs],
        policyPackConfigs: [...policies.configs],
      }),
    });
  }
}

/** To select a stack is a process more, and would change which one the user has selected. */
function leaveSelection(workspace: LocalWorkspace): void {
  workspace.selectStack = async () => {};
}

/** As the program of `pulumi preview` finds it: its folder, and nothing that one before it set. */
async function inFolder(folder: string, load: () => Promise<unknown>): ReturnType<PulumiFn> {
  process.chdir(folder);
  shareSettings();
  const exported = await load();
  const outputs: unknown = await (exported instanceof Function ? exported() : exported);
  return isRecord(outputs) ? { ...outputs } : undefined;
}

/**
 * Makes the settings of this run those of the process, which has no other run. What the engine calls
 * back, transforms among them, comes without the context of an inline program, would be told that
 * this is no preview, and would leave out all that is not known yet.
 * @see https://github.com/pulumi/pulumi/blob/v3.270.0/sdk/nodejs/runtime/state.ts getStore
 */
function shareSettings(): void {
  const storage: unknown = Reflect.get(globalThis, "asyncLocalStorage");
  if (storage instanceof AsyncLocalStorage) {
    Reflect.set(globalThis, "globalStore", storage.getStore());
  }
}
