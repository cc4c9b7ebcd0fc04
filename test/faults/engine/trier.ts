import type { Strike } from "../intercept/strike.ts";
import type { Lane } from "../lane.ts";
import { onOtherMachine } from "../other-machine.ts";
import { storesUnderTest } from "../stores.ts";
import { withinLimit } from "../within-limit.ts";
import { type EngineEnvironment, type EngineInputs, newEngineEnvironment } from "./environment.ts";
import { commands, type EngineOperation } from "./operations.ts";
import type { EngineCommand, EngineRun } from "./run.ts";

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
  const { from, byHand, command, rerun = command, after, sequel = "again" } = operation;
  const gone = command === "destroy";
  const kind = storesUnderTest(lane.rig.env).find(
    ({ name }) => name === (operation.store ?? "secrets-manager"),
  );
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
      if (kind === undefined) throw new Error(`There is no store ${operation.store}.`);
      environment = await newEngineEnvironment(lane, kind);
    }
    const { inputs } = environment;
    if (environment.state !== from && from === "up") {
      await environment.configure(inputs);
      const failed = await failure("up", environment.start(commands.up));
      refuse([...failed, ...(await environment.complaints(inputs, false))]);
      environment.state = "up";
    }
    if (byHand !== undefined) await environment.doByHand(byHand);
    await environment.configure(after(inputs));
    return environment;
  }

  function begin(ready: EngineEnvironment, words: EngineCommand, strike?: Strike): EngineRun {
    let run: EngineRun | undefined;
    const kill = (spared?: number) => run?.kill(spared);
    lane.recorder.begin(strike === undefined ? { kill } : { kill, strike });
    // The engine does not call before it is started.
    run = ready.start(words);
    return run;
  }

  /** Runs the command and strikes. Returns what it printed, and whether it was struck and ended. */
  async function struckRun(ready: EngineEnvironment, words: EngineCommand, strike: Strike) {
    const run = begin(ready, words, strike);
    const hung = (await withinLimit(run.ended, limitMs)) === "hung";
    if (hung) run.kill();
    const { struck } = await lane.recorder.end();
    // An admin who finds the stack locked by a run that died does this.
    const unlocking = begin(ready, ["pulumi", "cancel", "--yes", "--non-interactive"]);
    await unlocking.ended;
    await lane.recorder.end();
    return { struck, hung, printed: `${run.output()}\n${unlocking.output()}` };
  }

  /** The next point gets another environment. */
  async function giveUp(ready: EngineEnvironment): Promise<void> {
    if (process.env.OPCONNECT_FAULTS_KEEP === undefined) await ready.remove();
    environment = undefined;
  }

  function settle(ready: EngineEnvironment, inputs: EngineInputs): void {
    ready.inputs = inputs;
    ready.state = gone ? "torn down" : "up";
  }

  return {
    async enumerate() {
      const ready = await prepare();
      const inputs = after(ready.inputs);
      const run = begin(ready, commands[command]);
      const code = await withinLimit(run.ended, limitMs);
      const { calls } = await lane.recorder.end();
      // A part of a change may be refused: the whole of it follows.
      const isDone = code === 0 && rerun === command;
      const failed = isDone ? [] : await failure(operation.name, begin(ready, commands[rerun]));
      await lane.recorder.end();
      refuse([...failed, ...(await ready.complaints(inputs, gone))]);
      settle(ready, inputs);
      if (sequel === "taken back") await giveUp(ready);
      return calls;
    },

    async tryStrike(strike) {
      const ready = await prepare();
      const inputs = sequel === "taken back" ? ready.inputs : after(ready.inputs);
      const words = commands[command];
      const first = await struckRun(
        ready,
        sequel === "elsewhere" ? onOtherMachine(words) : words,
        strike,
      );
      if (sequel === "struck again") await struckRun(ready, words, strike);
      if (sequel === "elsewhere") await ready.runOutLeases();
      await ready.configure(inputs);
      const second = begin(ready, commands[rerun]);
      const failed = await failure("the run after it", second);
      await lane.recorder.end();
      const complaints = [
        ...(first.struck ? [] : [`the call did not come: ${tail(first.printed)}`]),
        ...(first.hung ? ["the struck run did not end"] : []),
        ...failed,
        ...(await ready.complaints(inputs, gone)),
        ...(await ready.leaks({
          "what the struck run and `pulumi cancel` printed": first.printed,
          "what the run after it printed": second.output(),
        })),
      ];
      if (complaints.length === 0) settle(ready, inputs);
      else await giveUp(ready);
      return complaints;
    },

    async stop() {
      await environment?.remove();
    },
  };
}

function refuse(complaints: readonly string[]): void {
  if (complaints.length > 0) throw new Error(`Without any strike: ${complaints.join("; ")}`);
}

async function failure(name: string, run: EngineRun): Promise<readonly string[]> {
  const code = await withinLimit(run.ended, limitMs);
  if (code === 0) return [];
  if (code === "hung") run.kill();
  return [`${name} ended with ${code}: ${tail(run.output())}`];
}

function tail(output: string): string {
  return output.trim().split("\n").slice(-25).join("\n       ");
}
