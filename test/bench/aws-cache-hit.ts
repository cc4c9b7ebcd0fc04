import { chmod, mkdir, realpath, rm, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { type Engineer, helper, homeMadeScript } from "../harness/aws/engineer.ts";
import { vaultName } from "../harness/aws/mfa-user.ts";
import { type Figure, figure, quickest } from "./figure.ts";

type Command = readonly string[];

const title = "AWS Benchmark";
const readItem = ["op", "item", "get", title, "--vault", vaultName, "--format", "json"];

/** What a call of the real one takes. */
const secondsOfOp = 0.7;

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
 * call that both make is taken off both. It takes as long as that of the real one, and waits as that
 * does: the emulator's own start would take the processor from what we load meanwhile. Beside it, the
 * same of a program on Node that does next to nothing: no command on Node is below that.
 */
export async function measureAwsCacheHit(
  engineer: Engineer,
  runs: number,
): Promise<Readonly<Record<string, Figure>>> {
  const { stdout } = await engineer.workplace.run(readItem);
  const env = await recordOp(engineer, { answer: stdout, seconds: secondsOfOp });
  const commands = {
    ours: helper(title),
    node: ["node", "--eval", nodeAlone],
    theirs: homeMadeScript(title),
    own: readItem,
  };
  const { ours, node, theirs, own } = await times(engineer, runs, commands, env);
  const baseline = theirs - own;
  return {
    "AWS cache hit": figure({ measured: ours - own, baseline, goal: "ratio <= 0.8" }),
    "AWS cache hit, Node alone": figure({ measured: node - own, baseline, goal: "none" }),
  };
}

/**
 * What the command takes on a hit where `op` answers at once, against a Node that does nothing. The
 * time of that `op` is taken off.
 */
export async function measureAwsStartUp(engineer: Engineer, runs: number): Promise<Figure> {
  const { stdout } = await engineer.workplace.run(readItem);
  const env = await recordOp(engineer, { answer: stdout, seconds: 0 });
  const commands = { ours: helper(title), node: ["node", "--eval", "0"], own: readItem };
  const { ours, node, own } = await times(engineer, runs, commands, env);
  const goal = "measured - baseline <= 120 ms";
  return figure({ measured: ours - own, baseline: node, goal });
}

/**
 * A hit in the keychain, where no `op` runs, against the home-made script with an `op` that takes as
 * long as the real one does: both whole. The keychain is played by files; what loads it is real, and
 * a Secret Service takes a few milliseconds more.
 */
export async function measureAwsKeychainHit(engineer: Engineer, runs: number): Promise<Figure> {
  await playKeychain(engineer);
  const ours = helper(title, "--cache", "keychain");
  const { exitCode, stderr } = await engineer.workplace.run(ours);
  if (exitCode !== 0) throw new Error(`There was no session: ${stderr}`);
  const { stdout } = await engineer.workplace.run(readItem);
  const env = await recordOp(engineer, { answer: stdout, seconds: secondsOfOp });
  const commands = { ours, theirs: homeMadeScript(title) };
  const { ours: measured, theirs: baseline } = await times(engineer, runs, commands, env);
  return figure({ measured, baseline, goal: "ratio <= 0.15" });
}

/** Puts files in the place of the keychain's entries. Its library is loaded all the same. */
async function playKeychain({ workplace: { home }, modules }: Engineer): Promise<void> {
  const place = join(modules, "@napi-rs");
  const real = await realpath(join(place, "keyring"));
  await rm(place, { recursive: true });
  await mkdir(join(place, "keyring"), { recursive: true });
  const main = { name: "@napi-rs/keyring", type: "module", exports: "./index.js" };
  await writeFile(join(place, "keyring/package.json"), JSON.stringify(main));
  await writeFile(
    join(place, "keyring/index.js"),
    `import { readFile, writeFile } from "node:fs/promises";
import ${JSON.stringify(join(real, "index.js"))};
export class AsyncEntry {
  constructor(service, name) {
    this.file = ${JSON.stringify(`${home}/keychain-`)} + encodeURIComponent(name);
  }
  getSecret() {
    return readFile(this.file).catch(() => null);
  }
  setSecret(secret) {
    return writeFile(this.file, secret, { mode: 0o600 });
  }
}
`,
  );
}

/** Puts an `op` on PATH that prints what the real one printed, after that time. */
async function recordOp(
  { workplace: { home, env } }: Engineer,
  { answer, seconds }: { readonly answer: string; readonly seconds: number },
): Promise<Readonly<Record<string, string>>> {
  const folder = join(home, `recorded-op-${seconds}`);
  await mkdir(folder, { recursive: true });
  const wait = seconds === 0 ? "" : `sleep ${seconds}\n`;
  await writeFile(join(folder, "item.json"), answer, { mode: 0o600 });
  await writeFile(
    join(folder, "op"),
    `#!/bin/sh\n${wait}exec cat '${join(folder, "item.json")}'\n`,
  );
  await chmod(join(folder, "op"), 0o755);
  return { PATH: [folder, env.PATH].join(delimiter) };
}

/** Takes turns, so that a machine that slows down slows all of them. */
async function times<Name extends string>(
  { workplace }: Engineer,
  runs: number,
  commands: Readonly<Record<Name, Command>>,
  env?: Readonly<Record<string, string>>,
): Promise<Readonly<Record<Name, number>>> {
  const names = Object.keys(commands) as Name[];
  const taken = Object.fromEntries(names.map((name) => [name, [] as number[]]));
  for (let run = 0; run < runs; run += 1) {
    for (const name of names) {
      const start = performance.now();
      const { exitCode, stderr } = await workplace.run(commands[name], env);
      taken[name]?.push(performance.now() - start);
      if (exitCode !== 0) throw new Error(`${commands[name].join(" ")} failed: ${stderr}`);
    }
  }
  const found = names.map((name) => [name, quickest(taken[name] ?? [])]);
  return Object.fromEntries(found) as Record<Name, number>;
}
