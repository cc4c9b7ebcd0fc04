import { appendFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { rigChart } from "../harness/act/environment-config.ts";
import { createFleetFolder, type FleetFolder } from "../harness/act/fleet-project.ts";
import { opconnectCommand } from "../harness/act/opconnect.ts";
import type { Rig } from "../rig/rig.ts";
import { type Figure, figure } from "./figure.ts";
import { peakMemory } from "./peak-memory.ts";

const program = join(import.meta.dirname, "../e2e/programs/typescript-commonjs");

/** What a command took, with all processes that it started. */
interface Cost {
  readonly cpuMs: number;
  readonly wallMs: number;
  /** None where the system does not tell. */
  readonly peakMb: number | undefined;
}

/**
 * Previews of many environments of one program, against a shell loop of `pulumi preview`. What that
 * does for one stack it does for each: so it is measured over ten of them at most, and multiplied.
 * @param sizes How many stacks, in rising order.
 */
export async function measureFleetPreview(
  rig: Rig,
  sizes: readonly number[],
): Promise<Readonly<Record<string, Figure>>> {
  const fleet = await createFleetFolder(rig, "bench-fleet", program);
  const names: string[] = [];
  const figures: Record<string, Figure> = {};
  let loop: Cost | undefined;
  let first: Cost | undefined;
  for (const size of sizes) {
    for (let at = names.length; at < size; at += 1) {
      const args = { client: `bench${at}`, environment: "prod", chart: rigChart(rig) };
      await fleet.configure(`bench${at}-prod`, { args: { ...args, vaults: ["app", "data"] } });
      names.push(`bench${at}-prod`);
    }
    loop ??= await measureLoop(rig, fleet, names.slice(0, 10));
    // Nothing is known of any stack, so that all of them are affected.
    const cache = join(rig.dir, `bench-cache-${size}`);
    const all = await measure(rig, fleet, preview, cache);
    await appendFile(join(fleet.dir, `Pulumi.${names[0]}.yaml`), "# another line\n");
    const one = await measure(rig, fleet, preview, cache);
    Object.assign(figures, figuresOf(size, { loop, all, one }), growth(sizes, size, first, all));
    first ??= all;
  }
  return figures;
}

function figuresOf(
  size: number,
  { loop, all, one }: Readonly<Record<"loop" | "all" | "one", Cost>>,
): Readonly<Record<string, Figure>> {
  return {
    [`preview of ${size} stacks, CPU`]: figure({
      measured: all.cpuMs,
      baseline: loop.cpuMs * size,
      goal: "ratio <= 0.5, better 0.35, of 200 stacks",
    }),
    [`preview of ${size} stacks`]: figure({
      measured: all.wallMs,
      baseline: loop.wallMs * size,
      goal: "ratio <= 0.45 of 200 stacks",
    }),
    [`preview of the one of ${size} stacks that is affected`]: figure({
      measured: one.wallMs,
      baseline: loop.wallMs * size,
      goal: "ratio <= 0.02 of 200 stacks",
    }),
  };
}

/** What a stack costs among many, and what memory they take, against the fewest. */
function growth(
  [fewest = 0]: readonly number[],
  size: number,
  first: Cost | undefined,
  all: Cost,
): Readonly<Record<string, Figure>> {
  if (first === undefined) return {};
  const memory =
    first.peakMb === undefined || all.peakMb === undefined
      ? {}
      : {
          [`peak memory of ${size} stacks, against ${fewest}`]: figure({
            ...{ measured: all.peakMb, baseline: first.peakMb, unit: "MB" },
            goal: "independent of the number",
          }),
        };
  return {
    [`CPU of one of ${size} stacks, against one of ${fewest}`]: figure({
      measured: all.cpuMs / size,
      baseline: first.cpuMs / fewest,
      goal: "ratio <= 1",
    }),
    ...memory,
  };
}

const preview = `${[...opconnectCommand, "preview"].map((word) => `'${word}'`).join(" ")} --affected`;

/** What the loop takes for one stack. */
async function measureLoop(rig: Rig, fleet: FleetFolder, names: readonly string[]): Promise<Cost> {
  const words = names.map((name) => `pulumi preview --non-interactive --stack ${name}`);
  const { cpuMs, wallMs, peakMb } = await measure(rig, fleet, words.join("; "));
  return { cpuMs: cpuMs / names.length, wallMs: wallMs / names.length, peakMb };
}

/** What a shell's own clock says of a command and all processes that it waited for. */
async function measure(
  rig: Rig,
  { dir }: FleetFolder,
  command: string,
  cache = join(rig.dir, "bench-cache"),
): Promise<Cost> {
  const script = `TIMEFORMAT='%R %U %S'; time { ${command}; } >preview.log 2>&1`;
  const run = execa("bash", ["-c", script], {
    cwd: dir,
    env: { ...rig.env, OPCONNECT_CACHE: cache },
    extendEnv: false,
    reject: false,
  });
  const memory = peakMemory(run.pid ?? 0);
  const { stderr } = await run;
  const [wall = 0, user = 0, system = 0] = stderr.trim().split(" ").map(Number);
  return { cpuMs: (user + system) * 1000, wallMs: wall * 1000, peakMb: memory.end() };
}
