import { chartForSuites } from "../harness/act/chart.ts";
import type { RigAccess } from "../harness/rig-access.ts";
import { bringUp, carryOut, takeDown } from "./carry-out.ts";
import { createEnvironment, type SoakEnvironment } from "./environment.ts";
import type { Step } from "./story.ts";
import type { Wanted } from "./wanted.ts";

/** What came of a step. */
export interface DoneStep {
  readonly step: Step;
  readonly complaints: readonly string[];
  readonly seconds: number;
}

/** Carries out steps on one rig. */
export interface Soak {
  carryOut(step: Step): Promise<DoneStep>;
  /** Takes all environments down that are as they should be. Returns what is left of them. */
  takeDown(): Promise<readonly string[]>;
}

/** @param name Start of the clients' names. */
export async function createSoak(rig: RigAccess, name: string): Promise<Soak> {
  const charts = {
    "2.2.1": await chartForSuites(rig, "2.2.1"),
    "2.4.1": await chartForSuites(rig, "2.4.1"),
  };
  const environments = new Map<number, SoakEnvironment>();
  let made = 0;

  /** Another one where there is none yet, or where the last one is not as it should be. */
  async function ready(number: number, wanted: Wanted): Promise<SoakEnvironment> {
    const existing = environments.get(number);
    if (existing !== undefined) return existing;
    made += 1;
    const environment = await createEnvironment(rig, `${name}${made}`, charts);
    const complaints = await bringUp(environment, wanted);
    if (complaints.length > 0) throw new Error(`Before any change: ${complaints.join("\n")}`);
    environments.set(number, environment);
    return environment;
  }

  return {
    async carryOut(step) {
      const startedAt = performance.now();
      const complaints = await ready(step.environment, step.before)
        .then((environment) => carryOut(environment, step))
        .catch((error: unknown) => [String(error)]);
      const seconds = (performance.now() - startedAt) / 1000;
      if (complaints.length > 0) environments.delete(step.environment);
      return { step, complaints, seconds };
    },

    async takeDown() {
      const left: string[] = [];
      for (const environment of environments.values()) left.push(...(await takeDown(environment)));
      return left;
    },
  };
}
