import type { Strike } from "../intercept/strike.ts";
import type { SeenEnvironment } from "../judge/environment-complaints.ts";
import type { Lane } from "../lane.ts";
import { onOtherMachine } from "../other-machine.ts";
import type { StoreUnderTest } from "../stores.ts";
import { withinLimit } from "../within-limit.ts";
import { type ChainedEnvironment, newChain } from "./chain.ts";
import type { WantedEnvironment } from "./environment.ts";
import type { Job, JobResult, Work } from "./job.ts";
import type { Operation } from "./operations.ts";
import { type RunnerProcess, startRunner } from "./runner-process.ts";
import type { StackState } from "./stack.ts";

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

/** @param program The runner, see `bundleRunner`. */
export function createPointTrier(lane: Lane, kind: StoreUnderTest, program: string): PointTrier {
  const newRunner = (place?: typeof onOtherMachine) => startRunner(program, lane.env, place);
  /** Carries out what follows a strike: it was started once and outlives many. */
  let survivor = newRunner();
  let chain: ChainedEnvironment | undefined;
  let links = 0;

  function survivingRunner(): RunnerProcess {
    if (survivor.hasEnded()) survivor = newRunner();
    return survivor;
  }

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
    const wanted = before?.(ready.wanted) ?? ready.wanted;
    const isOther = JSON.stringify(wanted) !== JSON.stringify(ready.wanted);
    if (ready.stage === from ? isOther : ready.stage !== "up") await quietly(ready, "up", wanted);
    if (from === "torn down" && ready.stage === "up") await quietly(ready, "destroy", ready.wanted);
    return ready;
  }

  async function quietly(
    ready: ChainedEnvironment,
    work: Work,
    wanted: WantedEnvironment,
  ): Promise<void> {
    const gone = work === "destroy";
    const state = stateOf(work, await survivingRunner().carryOut(ready.job(work, wanted)));
    refuse(work, await ready.complaints(wanted, gone));
    ready.settle(wanted, gone, state);
  }

  function stateOf(work: string, result: JobResult | undefined): StackState {
    const { state = {}, error } = result ?? {};
    refuse(work, error === undefined ? [] : [error]);
    return state;
  }

  function refuse(work: string, complaints: readonly string[]): void {
    if (complaints.length === 0) return;
    chain = undefined;
    throw new Error(`Without any strike, "${work}" fails: ${complaints.join("; ")}`);
  }

  /** Has all ready for the operation: what a person did by hand is in no state. */
  async function begin(operation: Operation): Promise<BegunOperation> {
    const ready = await prepare(operation);
    const { byHand, work, forgotten = [], keepsAll = false } = operation;
    if (byHand !== undefined) {
      stateOf(byHand, await survivingRunner().carryOut(ready.job(byHand, ready.wanted)));
    }
    const { account } = await ready.look();
    const after = operation.after(ready.wanted, account);
    const gone = work === "destroy";
    return {
      ready,
      after,
      job: forgetting(ready.job(work, after), forgotten),
      complaints: () => ready.complaints(after, gone, keepsAll ? account : undefined),
      settle: (state) => ready.settle(after, gone, state),
    };
  }

  /** What is to be once the program says again what it said before. */
  async function takenBack(
    { ready, after }: Pick<BegunOperation, "ready" | "after">,
    struck: Outcome,
  ): Promise<Omit<BegunOperation, "ready" | "after">> {
    // The next change is not to find what this one has made.
    const wanted = { ...ready.wanted, vaultsAdded: after.vaultsAdded };
    await ready.keepVaults();
    const job = ready.job("up", wanted);
    const state = struck === "hung" ? undefined : struck?.state;
    return {
      job: state === undefined ? job : { ...job, state },
      complaints: () => ready.complaints(wanted, false),
      settle: (state) => ready.settle(wanted, false, state),
    };
  }

  async function strikeAgain(job: Job, strike: Strike): Promise<void> {
    const runner = newRunner();
    lane.recorder.begin({ strike, kill: runner.kill });
    await limited(runner, job);
    await runner.stop();
    await lane.recorder.end();
  }

  return {
    async enumerate(operation) {
      const { job, complaints, settle } = await begin(operation);
      const runner = newRunner();
      lane.recorder.begin({ kill: runner.kill });
      const result = await runner.carryOut(job);
      await runner.stop();
      const { calls } = await lane.recorder.end();
      const state = stateOf(operation.name, result);
      refuse(operation.name, await complaints());
      settle(state);
      return calls;
    },

    async tryPoint(operation, strike) {
      const { sequel = "again" } = operation;
      const { ready, after, job: struckJob, ...change } = await begin(operation);

      const runner = sequel === "elsewhere" ? newRunner(onOtherMachine) : newRunner();
      lane.recorder.begin({ strike, kill: runner.kill });
      const first = await limited(runner, struckJob);
      await runner.stop();
      const { struck } = await lane.recorder.end();
      if (sequel === "struck again") await strikeAgain(struckJob, strike);
      if (sequel === "elsewhere") await ready.runOutLeases();
      const { job, ...begun } =
        sequel === "taken back"
          ? await takenBack({ ready, after }, first)
          : { ...change, job: struckJob };

      lane.recorder.begin({ kill: () => {} });
      const second = await limited(survivingRunner(), job);
      const converged = await begun.complaints();
      const seen = stableView(await ready.look());
      const third = await limited(survivingRunner(), job);
      const settled = stableView(await ready.look());
      await lane.recorder.end();

      const texts = {
        "what the run printed": runner.output(),
        "a re-run": survivingRunner().output(),
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
      if (complaints.length === 0 && third !== "hung") begun.settle(third?.state ?? {});
      else {
        if (process.env.OPCONNECT_FAULTS_KEEP === undefined) await ready.remove();
        chain = undefined;
      }
      return complaints;
    },

    async stop() {
      await survivor.stop();
      await chain?.remove();
    },
  };
}

/** An operation that can be carried out. */
interface BegunOperation {
  readonly ready: ChainedEnvironment;
  readonly after: WantedEnvironment;
  readonly job: Job;
  /** What is not as it is to be once it is carried out. */
  complaints(): Promise<readonly string[]>;
  settle(state: StackState): void;
}

type Outcome = Awaited<ReturnType<RunnerProcess["carryOut"]>> | "hung";

/** A job whose state lacks some resources. */
function forgetting(job: Job, names: readonly string[]): Job {
  const known = Object.entries(job.state).filter(([name]) => !names.includes(name));
  return { ...job, state: Object.fromEntries(known) };
}

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
  const isClaim = (key: string) => /^opconnect:(secret-)?holder-/.test(key);
  const claims = (key: string, value: unknown) => (isClaim(key) ? undefined : value);
  return JSON.stringify({ account, secrets }, claims);
}
