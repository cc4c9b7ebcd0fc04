import type { Strike } from "../calls/strike.ts";
import { withinLimit } from "../within-limit.ts";
import type { SeenEnvironment } from "../world/environment-complaints.ts";
import { type ChainedEnvironment, newChain } from "./environment-chain.ts";
import type { Job, WantedEnvironment } from "./job.ts";
import type { Lane } from "./lane.ts";
import type { Operation } from "./operations.ts";
import type { RunnerProcess } from "./runner-process.ts";
import type { StoreUnderTest } from "./store-under-test.ts";

/** Tries points of one lane and one store, on an environment that lives on where it can. */
export interface PointTrier {
  /** Runs an operation with no strike. Returns the names of its calls. */
  enumerate(operation: Operation): Promise<readonly string[]>;
  /** Strikes, runs the operation again, and returns what is wrong afterwards. */
  tryPoint(operation: Operation, strike: Strike): Promise<readonly string[]>;
  stop(): Promise<void>;
}

/** Accounts grow with every server ever made, and so do searches for their secrets. */
const longestChain = 25;

/** No run of a few dozen calls takes longer. */
const limitMs = 60_000;

export function createPointTrier(lane: Lane, kind: StoreUnderTest): PointTrier {
  let chain: ChainedEnvironment | undefined;
  let links = 0;

  async function renew(): Promise<ChainedEnvironment> {
    await chain?.remove();
    links = 0;
    chain = await newChain(lane, kind);
    return chain;
  }

  /** Gets an environment into the state that the operation begins with. */
  async function prepare({ from, before }: Operation): Promise<ChainedEnvironment> {
    links += 1;
    const isWorn = from === "nothing" || links > longestChain;
    const ready = isWorn || chain === undefined ? await renew() : chain;
    if (ready.state === from) {
      const wanted = before?.(ready.wanted) ?? ready.wanted;
      const isOther = JSON.stringify(wanted) !== JSON.stringify(ready.wanted);
      if (isOther) await quietly(ready, "change grants", wanted);
      return ready;
    }
    if (ready.state !== "up") {
      await quietly(ready, "bring up", before?.(ready.wanted) ?? ready.wanted);
    }
    if (from === "torn down") await quietly(ready, "tear down", ready.wanted);
    return ready;
  }

  async function quietly(
    ready: ChainedEnvironment,
    operation: Job["operation"],
    wanted: WantedEnvironment,
  ): Promise<void> {
    const gone = operation === "tear down";
    const result = await lane.survivor().carryOut(ready.job(operation, wanted));
    const complaints = [
      ...(result?.error === undefined ? [] : [result.error]),
      ...(await ready.complaints(wanted, gone)),
    ];
    if (complaints.length > 0) {
      chain = undefined;
      throw new Error(`Without any strike, "${operation}" fails: ${complaints.join("; ")}`);
    }
    await ready.settle(wanted, gone);
  }

  return {
    async enumerate(operation) {
      const ready = await prepare(operation);
      const after = operation.after(ready.wanted);
      const runner = lane.startRunner();
      lane.recorder.begin({ kill: runner.kill });
      const result = await runner.carryOut(ready.job(operation.job, after));
      await runner.stop();
      const { calls } = await lane.recorder.end();
      const gone = operation.job === "tear down";
      const complaints = await ready.complaints(after, gone);
      if (result?.error !== undefined || complaints.length > 0) {
        const why = [result?.error ?? "", ...complaints].join("; ");
        throw new Error(`Without any strike, "${operation.name}" fails: ${why}`);
      }
      await ready.settle(after, gone);
      return calls;
    },

    async tryPoint(operation, strike) {
      const ready = await prepare(operation);
      const after = operation.after(ready.wanted);
      const gone = operation.job === "tear down";
      const job = ready.job(operation.job, after);

      const runner = lane.startRunner();
      lane.recorder.begin({ strike, kill: runner.kill });
      const first = await limited(runner, job);
      await runner.stop();
      const { struck } = await lane.recorder.end();

      lane.recorder.begin({ kill: () => {} });
      const second = await limited(lane.survivor(), job);
      const converged = await ready.complaints(after, gone);
      const seen = stableView(await ready.look());
      const third = await limited(lane.survivor(), job);
      const settled = stableView(await ready.look());
      await lane.recorder.end();

      const texts = {
        "what the run printed": runner.output(),
        "a re-run": lane.survivor().output(),
      };
      const complaints = [
        ...(struck ? [] : ["the call did not come"]),
        ...(first === "hung" ? ["the struck run did not end"] : []),
        ...failure("the re-run", second),
        ...converged,
        ...failure("one more run", third),
        ...(seen === settled ? [] : ["one more run still changes something"]),
        ...(await ready.leaks(texts)),
      ];
      if (complaints.length > 0) {
        if (process.env.OPCONNECT_FAULTS_KEEP === undefined) await ready.remove();
        chain = undefined;
      } else await ready.settle(after, gone);
      return complaints;
    },

    async stop() {
      await chain?.remove();
    },
  };
}

type Outcome = Awaited<ReturnType<RunnerProcess["carryOut"]>> | "hung";

/** Ends a runner that hangs. */
async function limited(runner: RunnerProcess, job: Job): Promise<Outcome> {
  const outcome = await withinLimit(runner.carryOut(job), limitMs);
  if (outcome === "hung") {
    runner.kill();
    await runner.stop();
  }
  return outcome;
}

function failure(run: string, outcome: Outcome): readonly string[] {
  if (outcome === "hung") return [`${run} did not end`];
  return outcome?.error === undefined ? [] : [`${run} failed: ${outcome.error}`];
}

/** All that a run with nothing to do must leave as it is. */
function stableView({ account, secrets }: SeenEnvironment): string {
  return JSON.stringify({ account, secrets });
}
