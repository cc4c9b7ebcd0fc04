import { watch } from "node:fs";
import { readdir, readFile, readlink } from "node:fs/promises";
import { basename, join } from "node:path";
import { environmentConfig } from "../harness/act/environment-config.ts";
import { createProject, type Project, type Run } from "../harness/act/project.ts";
import { countOpCalls } from "../harness/disturb/call-counter.ts";
import { recordStoreRequests } from "../harness/disturb/store-requests.ts";
import type { Rig } from "../rig/rig.ts";
import { type Figure, figure } from "./figure.ts";

/** What grows with an environment, counted. */
interface Growth {
  readonly stateWrites: number;
  readonly engineCpuMs: number;
  /** Calls of `op` that list what the whole account, or a whole server, has. */
  readonly opLists: number;
  readonly storeRequests: number;
}

/**
 * What one more item, token or environment costs: state writes and the engine's CPU by items, lists
 * of `op` and requests of Secrets Manager by tokens and by environments of one stack.
 */
export async function measureGrowth(rig: Rig): Promise<Readonly<Record<string, Figure>>> {
  return { ...(await measureItems(rig)), ...(await measureMinting(rig)) };
}

const itemCounts = [1, 50, 200] as const;

async function measureItems(rig: Rig): Promise<Readonly<Record<string, Figure>>> {
  const figures: Record<string, Figure> = {};
  let one: Growth | undefined;
  for (const count of itemCounts) {
    const client = `items${count}`;
    const namespace = `${client}-app`;
    const keys = Array.from({ length: count }, (_, at) => `item-${at}`);
    const items = keys.map((item) => [item, { namespace, vault: "app", item }] as const);
    const config = environmentConfig(rig, client, { items: Object.fromEntries(items) });
    const project = await createProject({ ...rig, name: `growth-${client}`, config });
    const grown = await measureRun(rig, project, () => project.up());
    await project.destroy();
    if (one === undefined) {
      one = grown;
      continue;
    }
    figures[`state writes for each of ${count} items`] = figure({
      measured: (grown.stateWrites - one.stateWrites) / (count - 1),
      baseline: 1,
      unit: "writes",
      goal: "at most 2",
    });
    figures[`the engine's CPU at first up, ${count} items against 1`] = figure({
      measured: grown.engineCpuMs,
      baseline: one.engineCpuMs,
      goal: "ratio <= 12.5 of 200 items",
    });
  }
  return figures;
}

async function measureMinting(rig: Rig): Promise<Readonly<Record<string, Figure>>> {
  const one = await measureMinted(rig, "one", 1, 1);
  const tokens = await measureMinted(rig, "tokens", 1, 20);
  const environments = await measureMinted(rig, "environments", 20, 1);
  const figures: Record<string, Figure> = {};
  for (const [run, name] of [
    ["first", "first up"],
    ["rotation", "rotation"],
  ] as const) {
    for (const [what, grown] of [
      ["tokens", tokens],
      ["environments", environments],
    ] as const) {
      figures[`lists of op, ${name} of 20 ${what} against 1`] = figure({
        measured: grown[run].opLists,
        baseline: one[run].opLists,
        unit: "lists",
        goal: "does not grow",
      });
    }
    figures[`requests of Secrets Manager for a token, ${name}`] = figure({
      measured: (tokens[run].storeRequests - one[run].storeRequests) / 19,
      baseline: 1,
      unit: "requests",
      goal: run === "first" ? "at most 9" : "at most 11.5",
    });
  }
  return figures;
}

/** The first update of environments that are only minted for, and the rotation of their tokens. */
async function measureMinted(rig: Rig, name: string, environments: number, tokens: number) {
  const clients = Array.from({ length: environments }, (_, at) => `${name}${at}`);
  const consumers = Array.from({ length: tokens }, (_, at) => `consumer${at}`);
  const config = { clients, consumers };
  const args = { ...rig, name: `growth-${name}`, program: "minted", config } as const;
  const project = await createProject(args);
  const first = await measureRun(rig, project, () => project.up());
  await project.configure({ ...config, revision: 2 });
  const rotation = await measureRun(rig, project, () => project.up());
  await project.destroy();
  return { first, rotation };
}

async function measureRun(rig: Rig, project: Project, run: () => Promise<Run>): Promise<Growth> {
  const [writes, cpu] = [countStateWrites(rig, project), sampleEngine(project)];
  const opCalls = await countOpCalls(rig);
  const requests = await recordStoreRequests(rig);
  const { exitCode, output } = await run();
  const grown = {
    stateWrites: writes(),
    engineCpuMs: cpu(),
    opLists: (await opCalls()).filter((call) => /^(vault|connect \w+) list\b/.test(call)).length,
    storeRequests: (await requests()).length,
  };
  if (exitCode !== 0) throw new Error(`The update failed: ${output}`);
  return grown;
}

/** Counts how often the stack's state is written, each time whole. */
function countStateWrites({ env }: Rig, { dir }: Project): () => number {
  const { pathname } = new URL(env.PULUMI_BACKEND_URL ?? "");
  let writes = 0;
  // It is written beside, and put into its place.
  const watcher = watch(join(pathname, ".pulumi", "stacks", basename(dir)), (event, file) => {
    if (event === "rename" && file === "main.json") writes += 1;
  });
  return () => {
    watcher.close();
    return writes;
  };
}

const sampleMs = 100;
/** Of all Linux that Node runs on. */
const tickMs = 10;

/** Looks what the engine itself takes of the CPU, its providers and the program aside. */
function sampleEngine({ dir }: Project): () => number {
  let ticks = 0;
  const sampler = setInterval(async () => {
    for (const process of await readdir("/proc")) {
      if (!/^\d+$/.test(process)) continue;
      const folder = await readlink(`/proc/${process}/cwd`).catch(() => "");
      if (folder !== dir) continue;
      const stat = await readFile(`/proc/${process}/stat`, "utf8").catch(() => "");
      const [, name = "", rest = ""] = /^\d+ \((.*)\) (.*)$/s.exec(stat) ?? [];
      const [user = 0, system = 0] = rest.split(" ").slice(11, 13).map(Number);
      if (name === "pulumi") ticks = Math.max(ticks, user + system);
    }
  }, sampleMs);
  return () => {
    clearInterval(sampler);
    return ticks * tickMs;
  };
}
