import { rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { ConnectError } from "@opconnect/core";
import { counted } from "@opconnect/core/counted";
import {
  declaredWave,
  declaredWaves,
  listStacks,
  openJournal,
  planWaves,
  readProject,
  readPurpose,
  runWaves,
  selectStacks,
  type Wave,
  type WaveStack,
} from "@opconnect/fleet";
import { observeSecret, openStore } from "@opconnect/provision";
import { patient } from "@opconnect/provision/patient";
import { prepareState } from "../stack/prepare-state.ts";
import { readStack } from "../stack/read.ts";
import type { StackLocation } from "../stack/state-files/locate.ts";
import { confirmed, requireTerminal } from "../terminal/confirmed.ts";
import { holdSignals } from "../terminal/hold-signals.ts";
import { print } from "../terminal/output/print.ts";
import { say } from "../terminal/say.ts";
import { renderTable } from "../terminal/table.ts";
import type { RotationOptions } from "./options.ts";
import { renderFleetJson } from "./render.ts";
import { finishRotation, type Replacement, rotateStack } from "./rotate-stack.ts";
import { type RotationTarget, rotationTargets } from "./targets.ts";

/**
 * Replaces the tokens, or the servers, of many environments, wave by wave: what was minted before the
 * first run began. Run again it goes on where it stopped, and replaces nothing twice.
 */
export async function rotateFleet(
  names: readonly string[],
  options: RotationOptions,
): Promise<void> {
  const { cwd, yes, json, waves: words = "rest" } = options;
  requireChoice(names, options);
  if (!yes) requireTerminal("Updates take a confirmation, and there is no terminal to ask at.");
  const project = await readProject(cwd);
  const { stacks: all } = await patient("Listing the stacks …", () => listStacks(project));
  const { client: clients, environment: environments } = options;
  const chosen = selectStacks(all, { names, clients, environments });
  const stacks = await Promise.all(
    chosen.map(async (each) => ({
      project: project.name,
      stack: each.name,
      wave: await declaredWave(each),
    })),
  );
  const { waves, left } = planWaves(words, stacks, await declaredWaves(all));
  if (left.length > 0) say(`In no wave: ${left.map(({ stack }) => stack).join(", ")}`);
  const file = resolve(options.journal ?? join(project.root, ".opconnect-rotate.json"));
  const what = options.server ? "servers" : (options.token ?? "tokens");
  const begun = beginningOf((await readPurpose(file)) ?? "", what);
  const before = begun ?? new Date();
  const journal = await openJournal(file, purposeOf(what, before));
  try {
    if (begun !== undefined) {
      say(`Going on with the rotation that began at ${begun.toISOString()}:`);
      say("what was minted since then is not replaced. For one from now on, remove its journal:");
      say(`  ${file}`);
    }
    const ends = await holdSignals(({ first }) =>
      runWaves<WaveStack, RotationEnd>(waves, {
        journal,
        isStopped: () => first() !== undefined,
        mayBegin: (wave) => mayBegin(wave, options),
        async run({ stack }, { wasBegun, begin }) {
          await begin();
          say(`${stack}:`);
          const location = { folder: project.root, stack };
          return rotateEarlier(location, options, { before, wasBegun });
        },
        onEnded: ({ stack }, { end }) => say(`${stack}: ${end}`),
      }),
    );
    const rows = [...ends].map(([{ stack }, end]) => ({ stack, replacements: [], ...end }));
    print(json ? renderFleetJson(rows) : renderEnds(rows));
    const failed = rows.find((row) => "failure" in row);
    if (failed !== undefined) throw failed.failure;
    const isDone = rows.every(({ end }) => end === "done" || end === "done before");
    if (isDone) await rm(file, { force: true });
    process.exitCode = isDone ? 0 : 1;
  } finally {
    await journal.close();
  }
}

/** What became of a stack, and of what was to be replaced in it. */
type RotationEnd = { readonly replacements: readonly Replacement[] } & (
  | { readonly end: "done" }
  | { readonly end: "failed"; readonly failure: unknown }
);

async function rotateEarlier(
  location: StackLocation,
  options: RotationOptions,
  since: { readonly before: Date; readonly wasBegun: boolean },
): Promise<RotationEnd> {
  let replacements: readonly Replacement[] = [];
  try {
    await replaceEarlier(location, options, since, (done) => {
      replacements = [...replacements, ...done];
    });
    return { end: "done", replacements };
  } catch (failure) {
    return { end: "failed", failure, replacements };
  }
}

/** Replaces what was minted before a moment, after an earlier run's update was brought to its end. */
async function replaceEarlier(
  location: StackLocation,
  { token, server }: RotationOptions,
  { before, wasBegun }: { readonly before: Date; readonly wasBegun: boolean },
  report: (replacements: readonly Replacement[]) => void,
): Promise<void> {
  const { stack } = location;
  await prepareState(location);
  if (wasBegun) await finishRotation(location, { token, server }, report);
  const targets = rotationTargets(await readStack(location), { stack, token, server });
  const earlier = await Promise.all(targets.map((target) => isEarlier(target, before)));
  const asked = targets.filter((target, index) => !target.follows && earlier[index] === true);
  if (asked.length === 0) return;
  const wanted = targets.filter((target) => target.follows || asked.includes(target));
  await rotateStack(location, wanted, { asks: false }, report);
}

async function isEarlier(target: RotationTarget, before: Date): Promise<boolean> {
  const { tags, failure } = await observeSecret(target, { store: openStore(target.store) });
  if (failure !== undefined) throw failure;
  return tags.mintedAt === undefined || tags.mintedAt < before;
}

function mayBegin(wave: Wave<WaveStack>, { yes, server }: RotationOptions): Promise<boolean> {
  const many = counted(wave.stacks.length, "environment");
  say(`Wave ${wave.name}: ${many}`);
  if (yes) return Promise.resolve(true);
  return confirmed(`Replace the ${server ? "Connect servers and tokens" : "tokens"} of ${many}?`);
}

/** After a leak one thing is certain: what was minted from then on is not what leaked. */
function purposeOf(what: string, before: Date): string {
  return `rotate ${what} minted before ${before.toISOString()}`;
}

function beginningOf(purpose: string, what: string): Date | undefined {
  const [, asked, time = ""] = /^rotate (.+) minted before (\S+)$/.exec(purpose) ?? [];
  return asked === what ? new Date(time) : undefined;
}

function renderEnds(
  rows: readonly { stack: string; end: string; replacements: readonly Replacement[] }[],
): string {
  const told = rows.map(({ stack, end, replacements }) => [
    stack,
    end,
    replacements.map(({ target }) => target.name).join(", "),
  ]);
  return renderTable(["STACK", "ROTATION", "REPLACED"], told);
}

function requireChoice(
  names: readonly string[],
  { all, client, environment }: RotationOptions,
): void {
  const isNarrowed = names.length + client.length + environment.length > 0;
  if (all !== isNarrowed) return;
  throw new ConnectError(
    "ARGUMENT_INVALID",
    all ? "Both --all and stacks are given." : "Neither a stack nor --all is given.",
    'Name stacks, e.g. "acme-*", or pass --all for the whole fleet.',
  );
}
