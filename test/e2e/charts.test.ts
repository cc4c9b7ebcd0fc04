import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { CoreV1Api, KubeConfig } from "@kubernetes/client-node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { environmentConfig, rigChart } from "../harness/act/environment-config.ts";
import { editItem, typeItem } from "../harness/act/item.ts";
import { createProject, type Project } from "../harness/act/project.ts";
import { countOpCalls } from "../harness/disturb/call-counter.ts";
import { activeMinted, listedVaults } from "../harness/look/account.ts";
import { ownSteps } from "../harness/look/engine-events.ts";
import { type ArrivedSecret, waitForSecret } from "../harness/look/secret-arrival.ts";
import { rig } from "../harness/rig-lane.ts";
import { materializeChart } from "../rig/chart/index.ts";

const config = new KubeConfig();
config.loadFromFile(rig.kubeconfig);
const core = config.makeApiClient(CoreV1Api);

/** The last version that hands the credentials over in a variable, and one that mounts them. */
const versions = ["2.2.1", "2.4.1"] as const;
const clients = { "2.2.1": "older-chart", "2.4.1": "newer-chart" } as const;
const layerings = { "2.2.1": "base64", "2.4.1": "JSON" } as const;

describe("charts on both sides of the change in how Connect gets its credentials", () => {
  const projects: Partial<Record<keyof typeof clients, Project>> = {};
  let arrived: ArrivedSecret;
  let paths: Readonly<Record<keyof typeof clients, string>>;

  beforeAll(async () => {
    paths = { "2.2.1": await chartPath("2.2.1"), "2.4.1": await chartPath("2.4.1") };
  });
  afterAll(async () => {
    for (const project of Object.values(projects)) await project.destroy();
  });

  test.each(versions)("Connect of chart %s accepts its credentials", async (version) => {
    const client = clients[version];
    const chart = { version, path: paths[version] };
    const project = await createProject({
      ...rig,
      name: client,
      config: environmentConfig(rig, client, { chart }),
    });
    projects[version] = project;
    const { exitCode, output } = await project.up();
    expect(exitCode, output).toBe(0);
    expect(await credentialsLayering(client)).toBe(layerings[version]);
    await typeItem(rig, "postgres", await appVault(client));
    const secret = await waitForSecret(rig, { namespace: `${client}-app`, name: "postgres" });
    if (version === "2.2.1") arrived = secret;
  });

  test("an upgrade in place puts the same credentials into the other layering", async () => {
    const client = clients["2.2.1"];
    const podsBefore = await podNames(client);
    const remaining = async () =>
      (await podNames(client)).filter((name) => podsBefore.includes(name));
    const opCalls = await countOpCalls(rig);
    const chart = { version: "2.4.1", path: paths["2.4.1"] };
    await projects["2.2.1"]?.configure(environmentConfig(rig, client, { chart }));
    const { exitCode, output } = (await projects["2.2.1"]?.up()) ?? {};
    expect(exitCode, output).toBe(0);
    expect(await opCalls()).toEqual([]);
    expect(await activeMinted(rig, client)).toEqual({ servers: 1, tokens: 1 });
    expect(await credentialsLayering(client)).toBe("JSON");
    await expect.poll(remaining, { timeout: 30_000 }).toEqual([]);
  });

  test("an item still syncs after the upgrade", async () => {
    const client = clients["2.2.1"];
    await editItem(rig, "postgres", await appVault(client));
    const place = { namespace: `${client}-app`, name: "postgres" };
    arrived = await waitForSecret(rig, place, { before: arrived });
  });

  test("where a downgrade left the credentials out at first, the pods get them afterwards", async () => {
    const client = clients["2.2.1"];
    const chart = { version: "2.2.1", path: paths["2.2.1"] };
    await projects["2.2.1"]?.configure(environmentConfig(rig, client, { chart }));
    for (const words of [["--exclude", "**ClusterSecret::*"], []]) {
      const { exitCode, output } = (await projects["2.2.1"]?.up(...words)) ?? {};
      expect(exitCode, output).toBe(0);
    }
    await editItem(rig, "postgres", await appVault(client));
    await waitForSecret(rig, { namespace: `${client}-app`, name: "postgres" }, { before: arrived });
  });

  test("a chart of another version than the one said is refused, by that error alone", async () => {
    const project = projects["2.4.1"];
    const chart = { version: "2.2.1", path: paths["2.4.1"] };
    await project?.configure(environmentConfig(rig, clients["2.4.1"], { chart }));
    const opCalls = await countOpCalls(rig);
    for (const run of [await project?.preview(), await project?.up()]) {
      const { exitCode, output = "" } = run ?? {};
      expect(exitCode, output).not.toBe(0);
      expect(output).toContain(
        "`chart.path` holds version 2.4.1 of the chart, `chart.version` says 2.2.1.",
      );
      expect(output).not.toMatch(/marshal|resource monitor|^ +at .*:\d+:\d+\)?$/im);
      expect(run && ownSteps(run.events).filter((step) => !step.includes("pulumi:"))).toEqual([]);
    }
    expect(await opCalls()).toEqual([]);
  });
});

/** The folder of the chart in one version: a developer's real one if that is it, else a fixture. */
async function chartPath(version: string): Promise<string> {
  const given = rigChart(rig);
  if (given.version === version) return given.path;
  const folder = join(rig.dir, "projects", `chart-${version}`);
  await mkdir(folder, { recursive: true });
  return materializeChart(folder, version);
}

/** What is left of a client's credentials file in the cluster after the base64 of any Secret. */
async function credentialsLayering(client: string): Promise<"JSON" | "base64" | "neither"> {
  const { data = {} } = await core.readNamespacedSecret({
    namespace: `${client}-prod-1password`,
    name: `${client}-prod-credentials`,
  });
  const value = decode(data["1password-credentials.json"] ?? "");
  if (value.startsWith('{"verifier"')) return "JSON";
  return decode(value).startsWith('{"verifier"') ? "base64" : "neither";
}

function decode(text: string): string {
  return Buffer.from(text, "base64").toString();
}

/** Names of a client's pods of Connect and the operator. */
async function podNames(client: string): Promise<readonly string[]> {
  const { items } = await core.listNamespacedPod({ namespace: `${client}-prod-1password` });
  return items.map(({ metadata }) => metadata?.name ?? "");
}

async function appVault(client: string): Promise<string> {
  return (await listedVaults(rig)).get(`${client}-prod-app`) ?? "";
}
