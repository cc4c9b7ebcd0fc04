import type { Strike } from "../intercept/strike.ts";
import type { Lane } from "../lane.ts";
import { withinLimit } from "../within-limit.ts";
import { type EngineEnvironment, newEngineEnvironment } from "./environment.ts";
import type { EngineOperation } from "./operations.ts";
import type { EngineRun } from "./run.ts";

/** Tries the points of one operation in one lane, on a stack that lives on where it can. */
export interface EngineTrier {
  /** Runs the operation with no strike. Returns the names of its calls. */
  enumerate(): Promise<readonly string[]>;
  /** Strikes, runs the operation again, and returns what is wrong afterwards. */
  tryStrike(strike: Strike): Promise<readonly string[]>;
  stop(): Promise<void>;
}

/** State backends and accounts grow with every run. */
const longestChain = 15;

/** No run takes longer. */
const limitMs = 120_000;

export function createEngineTrier(lane: Lane, operation: EngineOperation): EngineTrier {
  const { from, command, after } = operation;
  const gone = command === "destroy";
  let environment: EngineEnvironment | undefined;
  let links = 0;

  /** Gets a stack into the state that the operation begins with, its new inputs set. */
  async function prepare(): Promise<EngineEnvironment> {
    links += 1;
    const isWorn = from === "nothing" || links > longestChain;
    if (environment === undefined || isWorn) {
      await environment?.remove();
      links = 0;
      environment = undefined;
      environment = await newEngineEnvironment(lane);
    }
    if (environment.state !== from && from === "up") {
      await environment.configure(environment.inputs);
      const failed = await failure("up", environment.start(wordsOf("up")));
      refuse([...failed, ...(await environment.complaints(false))]);
      environment.state = "up";
    }
    await environment.configure(after(environment.inputs));
    return environment;
  }

  function begin(ready: EngineEnvironment, strike?: Strike): EngineRun {
    let run: EngineRun | undefined;
    const kill = (spared?: number) => run?.kill(spared);
    lane.recorder.begin(strike === undefined ? { kill } : { kill, strike });
    // The engine does not call before it is started.
    run = ready.start(wordsOf(command));
    return run;
  }

  function settle(ready: EngineEnvironment): void {
    ready.inputs = after(ready.inputs);
    ready.state = gone ? "torn down" : "up";
  }

  return {
    async enumerate() {
      const ready = await prepare();
      const failed = await failure(operation.name, begin(ready));
      const { calls } = await lane.recorder.end();
      refuse([...failed, ...(await ready.complaints(gone))]);
      settle(ready);
      return calls;
    },

    async tryStrike(strike) {
      const ready = await prepare();
      const struckRun = begin(ready, strike);
      const hung = (await withinLimit(struckRun.ended, limitMs)) === "hung";
      if (hung) struckRun.kill();
      const { struck } = await lane.recorder.end();
      lane.recorder.begin({ kill: () => {} });
      // An admin who finds the stack locked by a run that died does this.
      const unlocking = ready.start(["cancel", "--yes"]);
      await unlocking.ended;
      const rerun = ready.start(wordsOf(command));
      const failed = await failure("the re-run", rerun);
      await lane.recorder.end();
      const complaints = [
        ...(struck ? [] : ["the call did not come"]),
        ...(hung ? ["the struck run did not end"] : []),
        ...failed,
        ...(await ready.complaints(gone)),
        ...(await ready.leaks({
          "what the struck run printed": struckRun.output(),
          "what `pulumi cancel` printed": unlocking.output(),
          "what the re-run printed": rerun.output(),
        })),
      ];
      if (complaints.length === 0) settle(ready);
      else {
        if (process.env.OPCONNECT_FAULTS_KEEP === undefined) await ready.remove();
        environment = undefined;
      }
      return complaints;
    },

    async stop() {
      await environment?.remove();
    },
  };
}

function wordsOf(command: "up" | "destroy"): readonly string[] {
  return [command, "--yes", "--skip-preview"];
}

function refuse(complaints: readonly string[]): void {
  if (complaints.length > 0) throw new Error(`Without any strike: ${complaints.join("; ")}`);
}

async function failure(name: string, run: EngineRun): Promise<readonly string[]> {
  const code = await withinLimit(run.ended, limitMs);
  if (code === 0) return [];
  if (code === "hung") run.kill();
  const lines = run.output().trim().split("\n").slice(-25);
  return [`${name} ended with ${code}: ${lines.join("\n       ")}`];
}
