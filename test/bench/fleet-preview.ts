import { appendFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { rigChart } from "../harness/act/environment-config.ts";
import { createFleetFolder, type FleetFolder } from "../harness/act/fleet-project.ts";
import { opconnectCommand } from "../harness/act/opconnect.ts";
import type { Rig } from "../rig/rig.ts";
import { type Figure, figure } from "./figure.ts";

const program = join(import.meta.dirname, "../e2e/programs/typescript-commonjs");

/** Previews of many environments of one program, against a shell loop of `pulumi preview`. */
export async function measureFleetPreview(
  rig: Rig,
  count: number,
): Promise<Readonly<Record<string, Figure>>> {
  const fleet = await createFleetFolder(rig, "bench-fleet", program);
  const stacks = Array.from({ length: count }, (_, at) => `bench${at}-prod`);
  for (const [at, stack] of stacks.entries()) {
    const args = { client: `bench${at}`, environment: "prod", chart: rigChart(rig) };
    await fleet.configure(stack, { args: { ...args, vaults: ["app", "data"] } });
  }
  const loop = stacks
    .map((stack) => `pulumi preview --non-interactive --stack ${stack}`)
    .join("; ");
  const preview = [...opconnectCommand, "preview"].map((word) => `'${word}'`).join(" ");
  const theirs = await measure(rig, fleet, loop);
  const ours = await measure(rig, fleet, preview);
  // Fills the cache; then one stack differs.
  await measure(rig, fleet, `${preview} --affected`);
  await appendFile(join(fleet.dir, `Pulumi.${stacks[0]}.yaml`), "# another line\n");
  const one = await measure(rig, fleet, `${preview} --affected`);
  return {
    [`preview of ${count} stacks, CPU`]: figure({
      measured: ours.cpuMs,
      baseline: theirs.cpuMs,
      goal: "ratio <= 0.5",
    }),
    [`preview of ${count} stacks`]: figure({
      measured: ours.wallMs,
      baseline: theirs.wallMs,
      goal: "ratio <= 0.45",
    }),
    [`preview of the one of ${count} stacks that is affected`]: figure({
      measured: one.wallMs,
      baseline: ours.wallMs,
      goal: "ratio <= 0.02 of 200 stacks",
    }),
  };
}

/** What a shell's own clock says of a command and all processes that it waited for. */
async function measure(
  rig: Rig,
  { dir }: FleetFolder,
  command: string,
): Promise<{ readonly cpuMs: number; readonly wallMs: number }> {
  const script = `TIMEFORMAT='%R %U %S'; time { ${command}; } >preview.log 2>&1`;
  const { stderr } = await execa("bash", ["-c", script], {
    cwd: dir,
    env: { ...rig.env, OPCONNECT_CACHE: join(rig.dir, "bench-cache") },
    extendEnv: false,
    reject: false,
  });
  const [wall = 0, user = 0, system = 0] = stderr.trim().split(" ").map(Number);
  return { cpuMs: (user + system) * 1000, wallMs: wall * 1000 };
}
