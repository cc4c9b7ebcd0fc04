import type { TestProject } from "vitest/node";
import { printProgress } from "../rig/print-progress.ts";
import { type Rig, startRig } from "../rig/rig.ts";

/** The rig as suites get it: `inject("rig")`. */
export type ProvidedRig = Omit<Rig, "stop">;

declare module "vitest" {
  interface ProvidedContext {
    readonly rig: ProvidedRig;
  }
}

/** Starts one rig for all end-to-end suites, and says what played which part. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const rig = await startRig({ progress: printProgress() });
  const { stop, ...provided } = rig;
  project.provide("rig", provided);
  return stop;
}
