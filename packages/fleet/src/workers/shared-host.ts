import { createRequire } from "node:module";
import { join } from "node:path";
import type { FleetProject } from "../stacks/project.ts";
import type { DynamicHost, PreviewKind } from "./dynamic-host.ts";
import type { Previewed } from "./messages.ts";
import type { WorkerProcess } from "./worker-process.ts";

/** A host of dynamic resources for all previews of a run, as long as it is of use. */
export class SharedHost {
  #host: DynamicHost | undefined;

  private constructor(host: DynamicHost | undefined) {
    this.#host = host;
  }

  /** @returns without a host where there is none to be had: then each engine starts its own. */
  static async start(
    worker: WorkerProcess,
    project: FleetProject,
    previews: PreviewKind,
  ): Promise<SharedHost> {
    const answer = await worker.ask({ kind: "host", project, previews });
    return new SharedHost(answer?.kind === "hosting" ? answer.host : undefined);
  }

  /** What a preview is to use now. */
  get current(): DynamicHost | undefined {
    return this.#host;
  }

  /**
   * Whether a preview that used it has to be done again without it. From then on nobody uses it: what
   * one stack of a program has, others have too.
   */
  hasFailed({ needsOwnHost }: Previewed): boolean {
    if (needsOwnHost) this.#host = undefined;
    return needsOwnHost;
  }
}

/**
 * Whether a shared host is of use: the program has resources of ours, and the user has not told
 * engines which providers they are to attach to.
 */
export function isHostOfUse({ programFolder }: FleetProject): boolean {
  if (process.env.PULUMI_DEBUG_PROVIDERS) return false;
  try {
    createRequire(join(programFolder, "package.json")).resolve("@opconnect/pulumi/provider");
    return true;
  } catch {
    return false;
  }
}
