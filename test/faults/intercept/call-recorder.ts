import { setTimeout as sleep } from "node:timers/promises";
import type { Strike } from "./strike.ts";

/** A call of a runner to the outside world, as it stands at a door. */
export interface KnockingCall<A> {
  /** What is called: `"op"`, `"store"`, `"cluster"`, `"disk"`. */
  readonly system: string;
  /** The same in every run of an operation, e.g. `"op connect server create"`. */
  readonly name: string;
  /** Has the real system do it. */
  perform(): Promise<A>;
  /** Has the real system begin it and be cut off, where there is more than one way to stop. */
  readonly cutOff?: () => Promise<void>;
  /** The process that makes the call for the runner, where there is one. */
  readonly caller?: number;
  /** Hands the answer to the runner; resolves once the runner has it. */
  deliver(answer: A): Promise<void>;
  /** The system's answer when it refuses. */
  refusal(): A;
  /** Lets the runner wait for its answer in vain. */
  loseAnswer(): Promise<void>;
}

/** Sees every call of one runner at a time, and strikes at one of them. */
export interface CallRecorder {
  /** Begins with a new run. Without a strike, calls are only counted. */
  begin(run: { readonly strike?: Strike; readonly kill: Kill }): void;
  /** Ends the run once no call is under way any more. */
  end(): Promise<RecordedRun>;
  /** Lets a call through, or strikes. */
  pass<A>(call: KnockingCall<A>): Promise<void>;
}

/** Kills the runner and all that it started, but for one process where that is given. */
export type Kill = (spared?: number) => void;

/** What was seen of a run. */
export interface RecordedRun {
  /** Names of the calls in their order. */
  readonly calls: readonly string[];
  /** Whether the strike found its call. */
  readonly struck: boolean;
}

interface Run {
  readonly strike: Strike | undefined;
  readonly kill: Kill;
  readonly calls: string[];
  /** Systems that refuse everything from now on. */
  readonly outages: Set<string>;
  readonly underWay: Set<Promise<unknown>>;
  /** What goes on while the next run is under way. */
  late?: Promise<unknown>;
  struck: boolean;
}

/** Makes a recorder for one lane: what two runners do at once must not be mixed up. */
export function createCallRecorder(): CallRecorder {
  let run = newRun({ kill: () => {} });

  return {
    begin(next) {
      const { late } = run;
      run = newRun(next);
      if (late !== undefined) void track(late, run);
    },

    async end() {
      while (run.underWay.size > 0) await Promise.allSettled(run.underWay);
      return { calls: run.calls, struck: run.struck };
    },

    async pass(call) {
      const current = run;
      current.calls.push(call.name);
      await track(letThrough(call, current), current);
    },
  };
}

async function track(work: Promise<unknown>, { underWay }: Run): Promise<void> {
  underWay.add(work);
  try {
    await work;
  } finally {
    underWay.delete(work);
  }
}

async function letThrough<A>(call: KnockingCall<A>, run: Run): Promise<void> {
  if (run.outages.has(call.system)) return call.deliver(call.refusal());
  const mode = modeFor(call, run);
  switch (mode) {
    case undefined:
      return call.deliver(await call.perform());
    case "killed before":
      return run.kill();
    case "killed in between":
      run.kill();
      await call.perform();
      return;
    case "killed together":
      await call.cutOff?.();
      return run.kill();
    case "command goes on":
      run.kill(call.caller);
      run.late = sleep(latenessMs)
        .then(() => call.perform())
        .then((answer) => call.deliver(answer))
        .catch(() => undefined);
      return;
    case "killed after":
      await call.deliver(await call.perform());
      return run.kill();
    case "outage":
      run.outages.add(call.system);
      return call.deliver(call.refusal());
    case "refused":
      return call.deliver(call.refusal());
    case "answer lost":
      await call.perform();
      return call.loseAnswer();
  }
}

/** Long enough for the next run to have begun. */
const latenessMs = 1_500;

function modeFor({ name }: KnockingCall<unknown>, run: Run): Strike["mode"] | undefined {
  const { strike, calls } = run;
  if (run.struck || strike?.call !== name) return undefined;
  if (calls.filter((known) => known === name).length !== strike.occurrence) return undefined;
  run.struck = true;
  return strike.mode;
}

function newRun({ strike, kill }: { strike?: Strike; kill: Kill }): Run {
  const nothingYet = {
    calls: [],
    outages: new Set<string>(),
    underWay: new Set<Promise<unknown>>(),
  };
  return { strike, kill, ...nothingYet, struck: false };
}
