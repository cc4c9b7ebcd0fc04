import type { TestProject } from "vitest/node";
import { renderPart } from "../rig/parts.ts";
import { printProgress } from "../rig/progress.ts";
import { type Rig, startRig } from "../rig/rig.ts";

/** A rig as suites get it, from `rig-lane.ts`. */
export type ProvidedRig = Omit<Rig, "stop">;

declare module "vitest" {
  interface ProvidedContext {
    readonly rigs: readonly ProvidedRig[];
  }
}

/**
 * Starts a rig for each of the end-to-end files that run side by side, and says what played which
 * part. Each has an account, a store, a cluster and a state backend of its own: a file may count
 * all that happens on its rig.
 */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const rigs: Rig[] = [];
  const stop = async () => {
    await Promise.all(rigs.map((rig) => rig.stop()));
  };
  try {
    // One after the other: the first builds what is missing.
    for (let lane = 1; lane <= project.config.maxWorkers; lane += 1) {
      rigs.push(await startRig({ progress: printProgress() }));
    }
  } catch (error) {
    await stop();
    throw error;
  }
  const parts = rigs[0]?.parts ?? [];
  const width = Math.max(...parts.map(({ name }) => name.length));
  for (const part of parts) process.stderr.write(`   ${renderPart(part, width)}\n`);
  project.provide("rigs", rigs.map(provided));
  return stop;
}

function provided({ stop: _stop, ...rig }: Rig): ProvidedRig {
  return { ...rig, env: { ...rig.env, ...quickPrograms } };
}

/** The suite of programs has their types checked: once is enough, and a run takes a third less. */
const quickPrograms = { PULUMI_NODEJS_TRANSPILE_ONLY: "true" };
