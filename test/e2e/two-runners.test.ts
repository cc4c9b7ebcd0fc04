import { randomInt } from "node:crypto";
import { chmod, cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { CoreV1Api, KubeConfig } from "@kubernetes/client-node";
import { openStore } from "@opconnect/provision";
import { clearFailures, injectFailure } from "@opconnect/sandbox";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { renderLease } from "../../packages/provision/src/lease/text.ts";
import { createProject, type Project, type Run } from "../harness/act/project.ts";
import { countOpCalls } from "../harness/disturb/call-counter.ts";
import { startMoodyStore } from "../harness/disturb/moody-store.ts";
import { activeMinted, listedVaults } from "../harness/look/account.ts";
import { changes, steps } from "../harness/look/engine-events.ts";
import { storedValue } from "../harness/look/stored-secrets.ts";
import { rig } from "../harness/rig-lane.ts";
import { stateBackendUrl } from "../rig/engine/state-backend.ts";
import type { LocalServer } from "../rig/processes/listen-locally.ts";
import { startStoreProxy } from "../rig/secrets-manager/store-proxy.ts";

const runners = ["first", "second"] as const;
type Runner = (typeof runners)[number];

const config = new KubeConfig();
config.loadFromFile(rig.kubeconfig);
const core = config.makeApiClient(CoreV1Api);

describe.each([
  ["", "tworunners"],
  [", with a store that lags and throttles", "tworunnerslag"],
] as const)(
  "two runners of one environment, on two machines with a state each%s",
  (day, client) => {
    let projects: Readonly<Record<Runner, Project>>;
    let moody: LocalServer | undefined;

    beforeAll(async () => {
      await core.createNamespace({ body: { metadata: { name: client } } });
      if (day !== "") {
        const seed = Number(process.env.OPCONNECT_STORE_SEED ?? randomInt(1_000_000));
        process.stderr.write(`   a bad day of the store: OPCONNECT_STORE_SEED=${seed}\n`);
        moody = await startMoodyStore(rig, seed);
      }
      const env = moody === undefined ? {} : { AWS_ENDPOINT_URL: moody.url };
      const create = (name: Runner) => createRunner(name, client, env);
      projects = { first: await create("first"), second: await create("second") };
    });
    afterAll(async () => {
      await moody?.stop();
      await core.deleteNamespace({ name: client });
    });

    test("both go up at the same moment and mint once", async () => {
      const runs = await both((project) => project.up());
      for (const { exitCode, output } of runs) expect(exitCode, output).toBe(0);
      await expectOneOfEach(client);
      const [first, second] = await Promise.all(runners.map((name) => mintedIds(projects[name])));
      expect(first).toEqual(second);
    });

    test("the cluster holds what the store holds", async () => {
      const { items } = await core.listNamespacedSecret({ namespace: client });
      const held = items.flatMap(({ data = {} }) => Object.values(data)).sort();
      const base64 = (text: string) => Buffer.from(text).toString("base64");
      const [credentials = "", token = ""] = await Promise.all(
        ["credentials", "operator-token"].map((name) =>
          storedValue(rig, `opconnect/${client}/prod/${name}`),
        ),
      );
      // The credentials file as it is, and encoded once more for charts that want it so.
      const wanted = [credentials, base64(credentials), token].map(base64).sort();
      // Compared to a boolean: a failure would print the values.
      expect(JSON.stringify(held) === JSON.stringify(wanted)).toBe(true);
    });

    test("neither has anything left to do, nor asks op", async () => {
      const calls = await countOpCalls(rig);
      for (const name of runners) {
        const { exitCode, output, events } = await projects[name].up();
        expect(exitCode, output).toBe(0);
        expect(steps(events), name).toEqual([]);
        expect(Object.keys(changes(events))).toEqual(["same"]);
      }
      expect(await calls()).toEqual([]);
    });

    test("both ask for another server at the same moment, and get one", async () => {
      const before = await mintedIds(projects.first);
      for (const name of runners) await projects[name].configure(settings(client, 2));
      const runs = await both((project) => project.up());
      for (const { exitCode, output } of runs) expect(exitCode, output).toBe(0);
      await expectOneOfEach(client);
      const [first, second] = await Promise.all(runners.map((name) => mintedIds(projects[name])));
      expect(first).toEqual(second);
      expect(first).not.toEqual(before);
    });

    test("one destroys it, then the other, and nothing is left", async () => {
      for (const name of runners) {
        const { exitCode, output } = await projects[name].destroy();
        expect(exitCode, output).toBe(0);
      }
      expect(await activeMinted(rig, client)).toEqual({ servers: 0, tokens: 0 });
    });

    function both(work: (project: Project) => Promise<Run>): Promise<readonly Run[]> {
      return Promise.all(runners.map((name) => work(projects[name])));
    }
  },
);

describe("a runner that has to wait is not silent", () => {
  const home = rig.env.OPCONNECT_SANDBOX_HOME ?? "";
  const settings = (revision: number) => ({ clients: ["patient"], consumers: ["ci"], revision });
  let project: Project;

  beforeAll(async () => {
    const config = settings(1);
    project = await createProject({ ...rig, name: "patient", program: "minted", config });
    const variables = Object.entries(rig.env).filter(([name]) => name.startsWith("AWS_"));
    for (const [name, value] of variables) vi.stubEnv(name, value);
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await clearFailures(home);
    await project.destroy();
  });

  test("an update says that it waits for a person who confirms", async () => {
    const match = "connect server create";
    await injectFailure(home, { match, kind: "delay", delayMs: 3_000 });
    const { exitCode, output } = await project.up();
    expect(exitCode, output).toBe(0);
    expect(output).toContain(
      'Waiting for `op` to create the Connect server "patient-prod": 1Password may be asking',
    );
  });

  test("a preview says that it waits for the store", async () => {
    const slow = await startStoreProxy(rig.env.AWS_ENDPOINT_URL ?? "", () =>
      setTimeout(3_000, undefined),
    );
    const { exitCode, output } = await project.pulumi(["preview"], { AWS_ENDPOINT_URL: slow.url });
    await slow.stop();
    expect(exitCode, output).toBe(0);
    expect(output).toMatch(
      /Waiting for AWS: DescribeSecret on \S*opconnect\/patient\/prod\/\S+ has no answer yet …/,
    );
  });

  test("an update says for whom it waits that is minting", async () => {
    const store = openStore({ kind: "secrets-manager" });
    const { secretId } = await store.ensureSecret({ name: "opconnect/patient/prod/ci-token" });
    const { sequence } = await store.readLease(secretId);
    expect(await store.writeLease(secretId, sequence + 1, renderLease("other", "held"))).toBe(true);
    await project.configure(settings(2));
    const updating = project.up();
    const line = `Waiting for process ${process.pid} on ${hostname()}, who is minting for the secret ${secretId}`;
    const said = () => readFile(join(project.dir, "events.json"), "utf8").catch(() => "");
    await expect.poll(said, { timeout: 120_000 }).toContain(line);
    await store.writeLease(secretId, sequence + 2, renderLease("other", "free"));
    const { exitCode, output } = await updating;
    expect(exitCode, output).toBe(0);
    expect(output).toContain(line);
  });
});

async function expectOneOfEach(client: string): Promise<void> {
  expect(await activeMinted(rig, client)).toEqual({ servers: 1, tokens: 1 });
  const vaults = [...(await listedVaults(rig)).keys()].filter((title) =>
    title.startsWith(`${client}-`),
  );
  expect(vaults).toEqual([`${client}-prod-app`]);
}

/** Ids of server and token in a state. */
async function mintedIds(project: Project): Promise<readonly string[]> {
  const state = await project.state();
  return [...state.matchAll(/"(?:serverId|tokenId|vaultId)": "[^"]+"/g)].map(([id]) => id).sort();
}

function settings(client: string, revision: number) {
  const args = {
    client,
    namespace: client,
    vaults: ["app"],
    revision,
    tokenRevision: 1,
  };
  return { args };
}

/** A machine: home, state, host name and processes of its own; account, store and cluster shared. */
async function createRunner(
  name: Runner,
  client: string,
  changed: Readonly<Record<string, string>>,
): Promise<Project> {
  const dir = join(rig.dir, `${client}-${name}`);
  const [home, states, temporary, bin] = ["home", "states", "tmp", "bin"].map((folder) =>
    join(dir, folder),
  ) as [string, string, string, string];
  for (const made of [home, states, temporary, bin]) await mkdir(made, { recursive: true });
  // Neither sees the processes of the other, so neither can tell whether the other still runs.
  const pulumi = join(bin, "pulumi");
  await writeFile(
    pulumi,
    `#!/bin/sh
PATH='${rig.env.PATH}' exec unshare --map-root-user --uts --mount --pid --fork --mount-proc --kill-child \\
  sh -c 'hostname machine-${name} && exec pulumi "$@"' pulumi "$@"
`,
  );
  await chmod(pulumi, 0o755);
  const env = {
    ...rig.env,
    ...changed,
    HOME: home,
    TMPDIR: temporary,
    PULUMI_BACKEND_URL: stateBackendUrl(states),
    PATH: `${bin}:${rig.env.PATH}`,
  };
  const project = await createProject({
    env,
    dir,
    name: client,
    config: settings(client, 1),
  });
  await cp(join(import.meta.dirname, "../faults/engine/program"), project.dir, { recursive: true });
  return project;
}
