import { setTimeout as sleep } from "node:timers/promises";
import type { Strike } from "../calls/strike.ts";
import { pointsOf } from "../fault-point.ts";
import type { FaultRig } from "../fault-rig.ts";
import type { Campaign } from "../run-campaign.ts";
import { type EngineEnvironment, newEngineEnvironment } from "./engine-environment.ts";
import { openEngineLane } from "./engine-lane.ts";
import { type EngineOperation, engineOperations } from "./engine-operations.ts";
import type { EngineRun } from "./engine-run.ts";

/** Points of the operations as the real engine carries them out. */
export function engineCampaigns(rig: FaultRig): readonly Campaign[] {
  return engineOperations.map((operation) => campaign(rig, operation));
}

/** State backends and accounts grow with every run. */
const longestChain = 15;

/** No run takes longer. */
const limitMs = 120_000;

function campaign(rig: FaultRig, operation: EngineOperation): Campaign {
  const name = `engine · ${operation.name}`;
  const gone = operation.command === "destroy";
  const words = [operation.command, "--yes", "--skip-preview"];
  return {
    name,
    async openLane(number) {
      const lane = await openEngineLane(rig, `engine-${number}`);
      let environment: EngineEnvironment | undefined;
      let links = 0;

      /** Gets a stack into the state that the operation begins with. */
      async function prepare(): Promise<EngineEnvironment> {
        links += 1;
        if (environment === undefined || operation.from === "nothing" || links > longestChain) {
          await environment?.remove();
          links = 0;
          environment = undefined;
          environment = await newEngineEnvironment(lane);
        }
        if (environment.state !== "up" && operation.from === "up") {
          await environment.configure(environment.inputs);
          const run = environment.start(["up", "--yes", "--skip-preview"]);
          const complaints = [
            ...(await failure("up", run)),
            ...(await environment.complaints(false)),
          ];
          if (complaints.length > 0) throw new Error(`Without a strike: ${complaints.join("; ")}`);
          environment.state = "up";
        }
        await environment.configure(operation.after(environment.inputs));
        return environment;
      }

      function settle(ready: EngineEnvironment): void {
        ready.inputs = operation.after(ready.inputs);
        ready.state = gone ? "torn down" : "up";
      }

      async function tryStrike(strike: Strike): Promise<readonly string[]> {
        const ready = await prepare();
        const output: Record<string, string> = {};
        const first = begin(ready, strike);
        const hung = await hasHung(first);
        const { struck } = await lane.recorder.end();
        lane.recorder.begin({ kill: () => {} });
        // Whoever finds the stack locked by a run that died does this.
        const cancel = ready.start(["cancel", "--yes"]);
        await cancel.ended;
        const second = ready.start(words);
        const failed = await failure("the re-run", second);
        await lane.recorder.end();
        for (const [run, { output: text }] of Object.entries({ first, cancel, second })) {
          output[`what the ${run} run printed`] = text();
        }
        const complaints = [
          ...(struck ? [] : ["the call did not come"]),
          ...(hung ? ["the struck run did not end"] : []),
          ...failed,
          ...(await ready.complaints(gone)),
          ...(await ready.leaks(output)),
        ];
        if (complaints.length === 0) settle(ready);
        else {
          if (process.env.OPCONNECT_FAULTS_KEEP === undefined) await ready.remove();
          environment = undefined;
        }
        return complaints;
      }

      function begin(ready: EngineEnvironment, strike?: Strike): EngineRun {
        // The engine does not call before it is started.
        let run: EngineRun | undefined;
        const kill = (spared?: number) => run?.kill(spared);
        lane.recorder.begin(strike === undefined ? { kill } : { kill, strike });
        run = ready.start(words);
        return run;
      }

      return {
        async enumerate() {
          const ready = await prepare();
          const failed = await failure(operation.name, begin(ready));
          const { calls } = await lane.recorder.end();
          const complaints = [...failed, ...(await ready.complaints(gone))];
          if (complaints.length > 0) throw new Error(`Without a strike: ${complaints.join("; ")}`);
          settle(ready);
          return pointsOf(name, calls);
        },
        tryPoint: ({ strike }) => tryStrike(strike),
        async stop() {
          await environment?.remove();
          await lane.stop();
        },
      };
    },
  };
}

async function hasHung(run: EngineRun): Promise<boolean> {
  const timer = new AbortController();
  const limit = sleep(limitMs, "hung", { signal: timer.signal }).catch(() => undefined);
  const outcome = await Promise.race([run.ended, limit]);
  timer.abort();
  if (outcome === "hung") run.kill();
  return outcome === "hung";
}

async function failure(name: string, run: EngineRun): Promise<readonly string[]> {
  if (await hasHung(run)) return [`${name} did not end: ${lastLines(run)}`];
  const code = await run.ended;
  return code === 0 ? [] : [`${name} ended with ${code}: ${lastLines(run)}`];
}

function lastLines(run: EngineRun): string {
  return run.output().trim().split("\n").slice(-25).join("\n       ");
}
