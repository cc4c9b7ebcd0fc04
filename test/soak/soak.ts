import { parseArgs } from "node:util";
import { printProgress } from "../rig/progress.ts";
import { startRig } from "../rig/rig.ts";
import { createSoak } from "./run-soak.ts";
import { type Allows, describeStep, type Step, tellStory } from "./story.ts";

const usage = `Usage: npm run test:soak [-- --seed N] [--steps N] [--from N]

Carries out ordinary changes in a row, on three environments of one rig, and looks after each whether
Secrets, servers, tokens, the store and the state are what the program says. A change takes about half
a minute. An environment that is not as it should be is left, and another one goes on in its place.

  --seed N        chance: the same seed gives the same changes; another one each time by default
  --steps N       how many changes; 200 by default
  --environments N  3 by default
  --only TEXT     draw only changes whose name and manner contain it: "drop an item, with the operator"
  --from N        begin with the change of that number: its environment is brought up as it was before
  --list          only print the changes
  -h, --help      show this
`;

const { values: options } = parseArgs({
  options: {
    seed: { type: "string" },
    steps: { type: "string", default: "200" },
    from: { type: "string", default: "1" },
    only: { type: "string", default: "" },
    environments: { type: "string", default: "3" },
    list: { type: "boolean", default: false },
    help: { type: "boolean", short: "h" },
  },
});
if (options.help) process.stdout.write(usage);
else await soak();

async function soak(): Promise<void> {
  const seed = Number(options.seed ?? Math.floor(Math.random() * 1_000_000));
  const allows: Allows = (change, manner) => `${change}, ${manner}`.includes(options.only);
  const story = tellStory({
    seed,
    environments: Number(options.environments),
    allowed: Array.from({ length: Number(options.steps) }, () => allows),
  }).filter(({ number }) => number >= Number(options.from));
  say(`seed ${seed}, ${story.length} changes`);
  if (options.list) for (const step of story) say(describeStep(step));
  else await carryOutAll(seed, story);
}

async function carryOutAll(seed: number, story: readonly Step[]): Promise<void> {
  const startedAt = performance.now();
  const rig = await startRig({ progress: printProgress(), dayMs: 10_000 });
  try {
    const { carryOut, takeDown } = await createSoak(rig, "soak");
    let failed = 0;
    for (const step of story) {
      const { complaints, seconds } = await carryOut(step);
      say(
        `${complaints.length === 0 ? "ok    " : "FAILED"} ${describeStep(step)} ${seconds.toFixed(0)} s`,
      );
      for (const complaint of complaints) say(`       ${complaint}`);
      if (complaints.length > 0) say(`       ${replay(seed, step)}`);
      failed += complaints.length > 0 ? 1 : 0;
    }
    const left = await takeDown();
    for (const complaint of left) say(`FAILED the destroy in the end: ${complaint}`);
    const minutes = ((performance.now() - startedAt) / 60_000).toFixed(0);
    say(
      `soak: seed ${seed}, ${story.length - failed} of ${story.length} changes held, ${minutes} min`,
    );
    process.exitCode = failed + left.length === 0 && story.length > 0 ? 0 : 1;
  } finally {
    await rig.stop();
  }
}

function replay(seed: number, { number }: Step): string {
  const only = options.only === "" ? "" : ` --only "${options.only}"`;
  const environments =
    options.environments === "3" ? "" : ` --environments ${options.environments}`;
  return `again: npm run test:soak -- --seed ${seed} --from ${number} --steps ${number}${environments}${only}`;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
