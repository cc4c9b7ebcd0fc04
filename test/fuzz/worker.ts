import fc from "fast-check";
import { Shown } from "./target.ts";
import { targets } from "./targets.ts";

/** What a worker is told to do. */
export interface Work {
  readonly seed: number;
  /** From one round to the next. */
  readonly step: number;
  readonly seconds: number;
  readonly only: string;
}

/** What a worker says: that it begins with a target, and what came of it. */
export interface Report {
  readonly target: string;
  readonly seed: number;
  /** None as long as it is at it. */
  readonly inputs?: number;
  readonly failure?: { readonly kind: "crash" | "secret"; readonly text: string } | undefined;
}

process.once("message", (work: Work) => {
  fuzz(work).then(() => process.disconnect());
});

/** Tries the targets in turn until the time is over, each at least once. */
async function fuzz({ seed, step, seconds, only }: Work): Promise<void> {
  const end = Date.now() + seconds * 1_000;
  const failed = new Set<string>();
  for (let round = seed; round === seed || Date.now() < end; round += step) {
    const left = targets.filter(({ name }) => name.includes(only) && !failed.has(name));
    if (left.length === 0) return;
    for (const { name, property } of left) {
      say({ target: name, seed: round });
      const run = await fc.check(property, { seed: round, numRuns: 500 });
      const inputs = run.numRuns + run.numShrinks;
      say({ target: name, seed: round, inputs, failure: failureOf(run) });
      if (run.failed) failed.add(name);
    }
  }
}

function failureOf(run: fc.RunDetails<[unknown]>): Report["failure"] {
  const { failed, errorInstance: error, counterexample } = run;
  if (!failed) return undefined;
  const kind = error instanceof Shown ? "secret" : "crash";
  const said = error instanceof Error && kind === "crash" ? error.stack : String(error);
  const input = fc.stringify(counterexample?.[0]).slice(0, 2_000);
  return { kind, text: `${said}\n       input: ${input}` };
}

function say(report: Report): void {
  process.send?.(report);
}
