import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "yaml";
import { environmentConfig } from "../harness/act/environment-config.ts";
import { createFleetFolder } from "../harness/act/fleet-project.ts";
import { opconnect } from "../harness/act/opconnect.ts";
import { activeMinted, listedVaults } from "../harness/look/account.ts";
import type { RigAccess } from "../harness/rig-access.ts";
import { killedAtOp, type OpKill } from "./killed-at-op.ts";

/** What came of a run that was killed, and of the next one. */
export interface KillResult {
  readonly kill: OpKill;
  /** What was not as it should be after the next run; empty if that finished it. */
  readonly complaints: readonly string[];
}

/** Kills a run at one of its calls of `op`, and runs it again; nothing if it has no such call. */
export type Killing = (kill: OpKill) => Promise<KillResult | undefined>;

/**
 * Kills `opconnect mint` of a new environment each time, as an admin runs it: without a cluster and
 * without a login to Pulumi's backend.
 */
export async function killingMints(rig: RigAccess): Promise<Killing> {
  const { dir: cwd } = await createFleetFolder(rig, "killmint", program("typescript-commonjs"));
  const env = {
    KUBECONFIG: "/nonexistent",
    PULUMI_BACKEND_URL: "file:///nonexistent",
    PULUMI_CONFIG_PASSPHRASE: undefined,
    OPCONNECT_CHART: rig.env.OPCONNECT_CHART,
  };
  return async (kill) => {
    const client = `mint${kill.when}${kill.call}`;
    const { args, namespaces } = environmentConfig(rig, client, { items: {} });
    const config = stringify({
      config: { "killmint:args": args, "killmint:namespaces": namespaces },
    });
    await writeFile(join(cwd, `Pulumi.${client}-prod.yaml`), config);
    const words = ["mint", "--yes", "--json", `${client}-prod`];
    if (!(await killedAtOp(rig, words, { ...kill, cwd, env }))) return undefined;
    const again = await opconnect(rig, words, { cwd, env });
    const titles = [...(await listedVaults(rig)).keys()];
    const third = await opconnect(rig, words, { cwd, env });
    const found = {
      ...(await activeMinted(rig, client)),
      vaults: titles.filter((title) => title.startsWith(`${client}-prod`)).length,
      exitCode: again.exitCode,
      toMint: JSON.parse(third.stdout).totals.environments,
    };
    const wanted = { servers: 1, tokens: 1, vaults: 2, exitCode: 0, toMint: 0 };
    return { kill, complaints: differences(found, wanted, again.stderr) };
  };
}

/** Kills `opconnect up --reviewed` of a rotation of one environment. */
export async function killingApplies(rig: RigAccess): Promise<Killing> {
  const name = "killapply";
  const stack = `${name}-prod`;
  const fleet = await createFleetFolder(rig, name, program("javascript"));
  const cwd = fleet.dir;
  const report = join(cwd, "report.json");
  const words = ["up", "--reviewed", report, "--yes", "--json", "--waves", "rest"];
  let revision = 0;
  const review = async () => {
    revision += 1;
    await fleet.configure(stack, environmentConfig(rig, name, { items: {}, revision }));
    await opconnect(rig, ["preview", stack, "--json", report], { cwd });
  };
  await review();
  const { exitCode, stderr } = await opconnect(rig, words, { cwd });
  if (exitCode !== 0) throw new Error(`The environment did not come up: ${stderr}`);
  return async (kill) => {
    await review();
    const wasKilled = await killedAtOp(rig, words, { ...kill, cwd });
    if (!wasKilled) return undefined;
    await fleet.pulumi(["cancel", "--yes", "--stack", stack]);
    const again = await opconnect(rig, words, { cwd });
    const third = await opconnect(rig, words, { cwd });
    const found = {
      ...(await activeMinted(rig, name)),
      exitCode: again.exitCode,
      third: third.exitCode,
    };
    const wanted = { servers: 1, tokens: 1, exitCode: 0, third: 0 };
    return { kill, complaints: differences(found, wanted, again.stderr) };
  };
}

function differences<T extends object>(found: T, wanted: T, told: string): readonly string[] {
  const [is, should] = [found, wanted].map((each) => JSON.stringify(each));
  return is === should ? [] : [`${is} instead of ${should}`, told.slice(-500)];
}

function program(name: string): string {
  return join(import.meta.dirname, "../e2e/programs", name);
}
