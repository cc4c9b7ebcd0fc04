import { chmod, mkdir, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { type Engineer, helper, homeMadeScript } from "../harness/aws/engineer.ts";
import { vaultName } from "../harness/aws/mfa-user.ts";
import { type Figure, figure, median } from "./figure.ts";

type Command = readonly string[];

const title = "AWS Benchmark";
const readItem = ["op", "item", "get", title, "--vault", vaultName, "--format", "json"];

/** Lays an item with a valid session, for the figures below. */
export async function fillAwsCache({ newUser, workplace }: Engineer): Promise<void> {
  await newUser(title);
  const { exitCode, stderr } = await workplace.run(helper(title));
  if (exitCode !== 0) throw new Error(`There was no session: ${stderr}`);
}

/** The least that a command on Node does for a hit: it starts `op` and passes on what that prints. */
const nodeAlone = `
const { stdout } = require("node:child_process").spawn("op", ${JSON.stringify(readItem.slice(1))});
stdout.pipe(process.stdout);
`;

/**
 * A hit in the item's cache, against the home-made script on the same item. The time of the one `op`
 * call that both make is taken off both: it is the emulator's. Beside it, the same of a program on
 * Node that does next to nothing: no command on Node is below that.
 */
export async function measureAwsCacheHit(
  engineer: Engineer,
  runs: number,
): Promise<Readonly<Record<string, Figure>>> {
  const { ours, node, theirs, own } = await medians(engineer, runs, {
    ours: helper(title),
    node: ["node", "--eval", nodeAlone],
    theirs: homeMadeScript(title),
    own: readItem,
  });
  const baseline = theirs - own;
  return {
    "AWS cache hit": figure({ measured: ours - own, baseline, goal: "ratio <= 0.5" }),
    "AWS cache hit, Node alone": figure({ measured: node - own, baseline, goal: "none" }),
  };
}

/**
 * What the command takes on a hit where `op` answers at once, against a Node that does nothing. The
 * time of that `op` is taken off.
 */
export async function measureAwsStartUp(engineer: Engineer, runs: number): Promise<Figure> {
  const { stdout } = await engineer.workplace.run(readItem);
  const env = await recordOp(engineer, stdout);
  const commands = { ours: helper(title), node: ["node", "--eval", "0"], own: readItem };
  const { ours, node, own } = await medians(engineer, runs, commands, env);
  const goal = "measured - baseline <= 120 ms";
  return figure({ measured: ours - own, baseline: node, goal });
}

/** Puts an `op` on PATH that prints what the real one printed. */
async function recordOp(
  { workplace: { home, env } }: Engineer,
  answer: string,
): Promise<Readonly<Record<string, string>>> {
  const folder = join(home, "recorded-op");
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "item.json"), answer, { mode: 0o600 });
  await writeFile(join(folder, "op"), `#!/bin/sh\nexec cat '${join(folder, "item.json")}'\n`);
  await chmod(join(folder, "op"), 0o755);
  return { PATH: [folder, env.PATH].join(delimiter) };
}

/** Takes turns, so that a machine that slows down slows all of them. */
async function medians<Name extends string>(
  { workplace }: Engineer,
  runs: number,
  commands: Readonly<Record<Name, Command>>,
  env?: Readonly<Record<string, string>>,
): Promise<Readonly<Record<Name, number>>> {
  const names = Object.keys(commands) as Name[];
  const times = Object.fromEntries(names.map((name) => [name, [] as number[]]));
  for (let run = 0; run < runs; run += 1) {
    for (const name of names) {
      const start = performance.now();
      const { exitCode, stderr } = await workplace.run(commands[name], env);
      times[name]?.push(performance.now() - start);
      if (exitCode !== 0) throw new Error(`${commands[name].join(" ")} failed: ${stderr}`);
    }
  }
  const found = names.map((name) => [name, median(times[name] ?? [])]);
  return Object.fromEntries(found) as Record<Name, number>;
}
