import { chmod, mkdir, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { type Engineer, helper, homeMadeScript } from "../aws-consumers/engineer.ts";
import { vaultName } from "../aws-consumers/mfa-user.ts";
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

/**
 * A hit in the item's cache, against the home-made script on the same item. The time of the one `op`
 * call that both make is taken off both: it is the emulator's.
 */
export async function measureAwsCacheHit(engineer: Engineer, runs: number): Promise<Figure> {
  const [ours, theirs, own] = await medians(engineer, runs, [
    helper(title),
    homeMadeScript(title),
    readItem,
  ]);
  return figure({ measured: ours - own, baseline: theirs - own, goal: "ratio <= 0.5" });
}

/**
 * What the command takes on a hit where `op` answers at once, against a Node that does nothing. The
 * time of that `op` is taken off.
 */
export async function measureAwsStartUp(engineer: Engineer, runs: number): Promise<Figure> {
  const { stdout } = await engineer.workplace.run(readItem);
  const env = await recordOp(engineer, stdout);
  const commands = [helper(title), ["node", "--eval", "0"], readItem] as const;
  const [ours, node, own] = await medians(engineer, runs, commands, env);
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
async function medians(
  { workplace }: Engineer,
  runs: number,
  commands: readonly [Command, Command, Command],
  env?: Readonly<Record<string, string>>,
): Promise<[number, number, number]> {
  const times: [number[], number[], number[]] = [[], [], []];
  for (let run = 0; run < runs; run += 1) {
    for (const [at, list] of times.entries()) {
      const command = commands[at] ?? [];
      const start = performance.now();
      const { exitCode, stderr } = await workplace.run(command, env);
      list.push(performance.now() - start);
      if (exitCode !== 0) throw new Error(`${command.join(" ")} failed: ${stderr}`);
    }
  }
  return [median(times[0]), median(times[1]), median(times[2])];
}
