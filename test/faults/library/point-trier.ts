import type { Strike } from "../intercept/strike.ts";
import type { SeenEnvironment } from "../judge/environment-complaints.ts";
import { withinLimit } from "../within-limit.ts";
import { type ChainedEnvironment, newChain } from "./environment-chain.ts";
import type { Job, WantedEnvironment, Work } from "./jobs/job.ts";
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
  async function prepare({ from, before, job }: Operation): Promise<ChainedEnvironment> {
    links += 1;
    const isWorn = from === "nothing" || links > longestChain;
    const ready = isWorn || chain === undefined ? await renew() : chain;
    if (ready.state === from) {
      const wanted = before?.(ready.wanted) ?? ready.wanted;
      const isOther = JSON.stringify(wanted) !== JSON.stringify(ready.wanted);
      if (isOther) await quietly(ready, job, wanted);
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
    work: Work,
    wanted: WantedEnvironment,
  ): Promise<void> {
    const gone = work === "tear down";
    await carryOutOr(ready, work, wanted);
    refuse(work, await ready.complaints(wanted, gone));
    await ready.settle(wanted, gone);
  }

  async function carryOutOr(
    ready: ChainedEnvironment,
    work: Job["operation"],
    wanted: WantedEnvironment,
  ): Promise<void> {
    const result = await lane.survivor().carryOut(ready.job(work, wanted));
    refuse(work, result?.error === undefined ? [] : [result.error]);
  }

  function refuse(work: string, complaints: readonly string[]): void {
    if (complaints.length === 0) return;
    chain = undefined;
    throw new Error(`Without any strike, "${work}" fails: ${complaints.join("; ")}`);
  }

  /** Has all ready for the operation: what somebody did by hand is not in anybody's state. */
  async function begin(operation: Operation): Promise<BegunOperation> {
    const ready = await prepare(operation);
    const { byHand, job: work, keepsAll = false } = operation;
    if (byHand !== undefined) await carryOutOr(ready, byHand, ready.wanted);
    const { account } = await ready.look();
    const after = operation.after(ready.wanted, account);
    const gone = work === "tear down";
    return {
      ready,
      job: ready.job(work, after),
      complaints: () => ready.complaints(after, gone, keepsAll ? account : undefined),
      settle: () => ready.settle(after, gone),
    };
  }

  return {
    async enumerate(operation) {
      const { job, complaints, settle } = await begin(operation);
      const runner = lane.startRunner();
      lane.recorder.begin({ kill: runner.kill });
      const result = await runner.carryOut(job);
      await runner.stop();
      const { calls } = await lane.recorder.end();
      refuse(operation.name, result?.error === undefined ? [] : [result.error]);
      refuse(operation.name, await complaints());
      await settle();
      return calls;
    },

    async tryPoint(operation, strike) {
      const { ready, job, ...begun } = await begin(operation);

      const runner = lane.startRunner();
      lane.recorder.begin({ strike, kill: runner.kill });
      const first = await limited(runner, job);
      await runner.stop();
      const { struck } = await lane.recorder.end();

      lane.recorder.begin({ kill: () => {} });
      const second = await limited(lane.survivor(), job);
      const converged = await begun.complaints();
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
      } else await begun.settle();
      return complaints;
    },

    async stop() {
      await chain?.remove();
    },
  };
}

/** An operation that can be carried out. */
interface BegunOperation {
  readonly ready: ChainedEnvironment;
  readonly job: Job;
  /** What is not as it is to be once it is carried out. */
  complaints(): Promise<readonly string[]>;
  settle(): Promise<void>;
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

/** All that a run with nothing to do must leave as it is; who adopted last is noted anew each time. */
function stableView({ account, secrets }: SeenEnvironment): string {
  const claims = (key: string, value: unknown) => (key === "opconnect:claim" ? undefined : value);
  return JSON.stringify({ account, secrets }, claims);
}
