import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CoreV1Api, KubeConfig } from "@kubernetes/client-node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { environmentConfig } from "../harness/act/environment-config.ts";
import { opconnect, startOpconnect } from "../harness/act/opconnect.ts";
import { createProject, type Project, type Run } from "../harness/act/project.ts";
import { countOpCalls } from "../harness/disturb/call-counter.ts";
import { startRefusingStore } from "../harness/disturb/refusing-store.ts";
import { withoutOp } from "../harness/disturb/without-op.ts";
import { activeMinted, listedTokens, listedVaults, liveIds } from "../harness/look/account.ts";
import { changes, ownSteps } from "../harness/look/engine-events.ts";
import { outsideWorld } from "../harness/look/outside-world.ts";
import { printedJson } from "../harness/look/printed-json.ts";
import { rig } from "../harness/rig-lane.ts";

const clients = ["mintone", "minttwo"] as const;
type Client = (typeof clients)[number];

const core = () => {
  const config = new KubeConfig();
  config.loadFromFile(rig.kubeconfig);
  return config.makeApiClient(CoreV1Api);
};

/** An admin has `op` and the store: no kubeconfig, no login to a backend, no state. */
const adminEnv = {
  KUBECONFIG: "/nonexistent",
  PULUMI_BACKEND_URL: "file:///nonexistent",
  PULUMI_CONFIG_PASSPHRASE: undefined,
  OPCONNECT_CHART: rig.env.OPCONNECT_CHART,
};

describe("a fleet of two environments", () => {
  let project: Project;
  let ciEnv: Readonly<Record<string, string>>;

  beforeAll(async () => {
    project = await createProject({
      ...rig,
      name: "mintfleet",
      program: "typescript-commonjs",
      config: {},
    });
    for (const client of clients) {
      await configure(client);
      const { exitCode, output } = await project.pulumi(["stack", "init", `${client}-prod`]);
      expect(exitCode, output).toBe(0);
    }
    ciEnv = await withoutOp(rig);
  });
  afterAll(async () => {
    for (const client of clients) {
      await project.pulumi(["destroy", "--yes", "--skip-preview", "--stack", `${client}-prod`]);
    }
  });

  async function configure(
    client: Client,
    change: Parameters<typeof environmentConfig>[2] = {},
  ): Promise<void> {
    const { args, namespaces } = environmentConfig(rig, client, { items: {}, ...change });
    const file = join(project.dir, `Pulumi.${client}-prod.yaml`);
    const config = { "mintfleet:args": args, "mintfleet:namespaces": namespaces };
    const salt = /^encryptionsalt: .*$/m.exec(await readFile(file, "utf8").catch(() => ""))?.[0];
    await writeFile(file, `${salt ?? ""}\n${stringify({ config })}`);
  }

  const mint = (...words: string[]) =>
    opconnect(rig, ["mint", "--json", ...clients.map((client) => `${client}-prod`), ...words], {
      cwd: project.dir,
      env: adminEnv,
    });
  const upByCi = (client: Client, env: Readonly<Record<string, string>> = {}): Promise<Run> =>
    project.pulumi(["up", "--yes", "--skip-preview", "--stack", `${client}-prod`], {
      ...ciEnv,
      ...env,
    });

  test("a dry run says what is to be minted, and changes nothing", async () => {
    const before = await outsideWorld(rig);
    const { exitCode, stdout, stderr } = await mint("--dry-run");
    expect(exitCode, stderr).toBe(0);
    expect(parse(stdout).totals).toEqual({
      environments: 2,
      servers: 2,
      tokens: 2,
      vaults: 4,
      changes: 0,
    });
    expect(await outsideWorld(rig)).toEqual(before);
  });

  test("nothing is minted where op is not signed in, or nobody says yes", async () => {
    const before = await outsideWorld(rig);
    const words = ["mint", "mintone-prod", "--yes"];
    const unsigned = await opconnect(rig, words, {
      cwd: project.dir,
      env: { ...adminEnv, PATH: ciEnv.PATH },
    });
    expect(unsigned.exitCode).toBe(1);
    expect(unsigned.stderr).toContain("OP_NOT_INSTALLED");
    const unasked = await opconnect(rig, ["mint", "mintone-prod"], {
      cwd: project.dir,
      env: adminEnv,
    });
    expect(unasked.exitCode).toBe(64);
    expect(unasked.stderr).toContain("ARGUMENT_INVALID");
    expect(await outsideWorld(rig)).toEqual(before);
  });

  test("two admins who mint at once mint once, one of them killed in the middle", async () => {
    const words = ["mint", "--yes", ...clients.map((client) => `${client}-prod`)];
    const start = () => startOpconnect(rig, words, { cwd: project.dir, env: adminEnv });
    const killed = start();
    const other = start();
    await expect.poll(() => liveIds(rig, "mintone")).not.toEqual([]);
    process.kill(-(killed.pid ?? 0), "SIGKILL");
    await killed;
    const { exitCode, stderr } = await other;
    expect(exitCode, stderr).toBe(0);
    const again = await mint("--yes");
    expect(again.exitCode, again.stderr).toBe(0);
    for (const client of clients) {
      expect(await activeMinted(rig, client)).toEqual({ servers: 1, tokens: 1 });
    }
    const vaults = [...(await listedVaults(rig)).keys()].filter((title) => /^mint/.test(title));
    expect(vaults.sort()).toEqual([
      "mintone-prod-app",
      "mintone-prod-data",
      "minttwo-prod-app",
      "minttwo-prod-data",
    ]);
  });

  test("minting again changes nothing", async () => {
    const before = await outsideWorld(rig);
    const { exitCode, stdout, stderr } = await mint("--yes");
    expect(exitCode, stderr).toBe(0);
    expect(parse(stdout).totals.environments).toBe(0);
    expect(await outsideWorld(rig)).toEqual(before);
  });

  test("CI without op, whose role only reads secrets, adopts what was minted", async () => {
    const store = await startRefusingStore(rig, writes);
    const opCalls = await countOpCalls(rig);
    try {
      const first = await upByCi("mintone", { AWS_ENDPOINT_URL: store.url });
      expect(first.exitCode, first.output).toBe(0);
      const again = await upByCi("mintone", { AWS_ENDPOINT_URL: store.url });
      expect(again.exitCode, again.output).toBe(0);
      expect(ownSteps(again.events)).toEqual([]);
    } finally {
      await store.stop();
    }
    const second = await upByCi("minttwo");
    expect(second.exitCode, second.output).toBe(0);
    expect(await opCalls()).toEqual([]);
  });

  test("a vault and another scope are minted beside what is used, rolled out by CI, and then revoked", async () => {
    const [old] = await tokenIds("minttwo");
    await configure("minttwo", { vaults: ["app", "data", "more"] });
    const minted = await mint("--yes");
    expect(minted.exitCode, minted.stderr).toBe(0);
    expect(parse(minted.stdout).totals).toMatchObject({ environments: 1, tokens: 1, vaults: 1 });
    // The operator works with it until CI has rolled out the new one.
    expect(await liveIds(rig, "minttwo")).toContain(old);
    expect(await activeMinted(rig, "minttwo")).toEqual({ servers: 1, tokens: 2 });
    const twice = await mint("--yes");
    expect(parse(twice.stdout).totals.environments).toBe(0);
    const kept = await opconnect(rig, [
      "orphans",
      "--client",
      "minttwo",
      "--delete",
      "--yes",
      "--settled",
      "0",
    ]);
    expect(await liveIds(rig, "minttwo"), kept.stdout).toContain(old);

    const opCalls = await countOpCalls(rig);
    const up = await upByCi("minttwo");
    expect(up.exitCode, up.output).toBe(0);
    expect(up.output).toContain("opconnect mint");
    const again = await upByCi("minttwo");
    expect(Object.keys(changes(again.events))).toEqual(["same"]);
    expect(await opCalls()).toEqual([]);

    const revoked = await mint("--yes");
    expect(revoked.exitCode, revoked.stderr).toBe(0);
    expect(await activeMinted(rig, "minttwo")).toEqual({ servers: 1, tokens: 1 });
    expect(await liveIds(rig, "minttwo")).not.toContain(old);
    const last = await upByCi("minttwo");
    expect(Object.keys(changes(last.events))).toEqual(["same"]);
  });

  test("another server is minted beside the one that is used, and rolled out by CI", async () => {
    const before = await liveIds(rig, "mintone");
    await configure("mintone", { revision: 2 });
    const minted = await mint("--yes");
    expect(minted.exitCode, minted.stderr).toBe(0);
    expect(await liveIds(rig, "mintone")).toEqual(expect.arrayContaining([...before]));
    const up = await upByCi("mintone");
    expect(up.exitCode, up.output).toBe(0);
    const revoked = await mint("--yes");
    expect(revoked.exitCode, revoked.stderr).toBe(0);
    expect(await activeMinted(rig, "mintone")).toEqual({ servers: 1, tokens: 1 });
    const last = await upByCi("mintone");
    expect(Object.keys(changes(last.events))).toEqual(["same"]);
  });

  test("a vault that the program takes away is refused before anything has changed, the others are minted", async () => {
    await configure("minttwo", { vaults: ["app", "more"] });
    const before = await outsideWorld(rig);
    const { exitCode, stdout } = await mint("--yes");
    expect(exitCode).toBe(1);
    const { stacks } = parse(stdout);
    expect(stacks.map(({ stack, failure }) => [stack, failure?.code])).toEqual([
      ["mintone-prod", undefined],
      ["minttwo-prod", "MINTING_UNDECIDED"],
    ]);
    expect(await outsideWorld(rig)).toEqual(before);
    await configure("minttwo", { vaults: ["app", "data", "more"] });
  });

  test("a stack that does not exist and a program that is broken are refused, and nothing has changed", async () => {
    const before = await outsideWorld(rig);
    const unknown = await opconnect(rig, ["mint", "mintthree-prod", "--yes"], {
      cwd: project.dir,
      env: adminEnv,
    });
    expect(unknown.stderr).toContain("STACK_NOT_FOUND");
    expect(unknown.exitCode).not.toBe(0);
    const broken = join(rig.dir, "projects", "mintbroken");
    await cp(project.dir, broken, { recursive: true, verbatimSymlinks: true });
    await writeFile(join(broken, "index.ts"), 'const client: number = "acme";\n');
    const { exitCode, stderr } = await opconnect(rig, ["mint", "mintone-prod", "--yes"], {
      cwd: broken,
      env: { ...adminEnv, PULUMI_NODEJS_TRANSPILE_ONLY: undefined },
    });
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/not assignable.*PROGRAM_INVALID/s);
    expect(await outsideWorld(rig)).toEqual(before);
  });

  test("all of it goes with its environment", async () => {
    for (const client of clients) {
      const words = ["destroy", "--yes", "--skip-preview", "--stack", `${client}-prod`];
      const { exitCode, output } = await project.pulumi(words);
      expect(exitCode, output).toBe(0);
      expect(await activeMinted(rig, client)).toEqual({ servers: 0, tokens: 0 });
    }
    const { items } = await core().listNamespace();
    expect(items.filter(({ metadata }) => metadata?.name?.startsWith("mintone"))).toEqual([]);
  });
});

/** Actions by which a secret is changed. */
const writes = [
  ...["CreateSecret", "DeleteSecret", "PutSecretValue", "RestoreSecret", "UpdateSecret"],
  ...["TagResource", "UntagResource", "UpdateSecretVersionStage"],
];

async function tokenIds(client: Client): Promise<readonly string[]> {
  return [...(await listedTokens(rig, client)).values()].map(({ id }) => id);
}

function parse(stdout: string) {
  return printedJson("mint", stdout);
}
