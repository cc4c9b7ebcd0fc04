import { CoreV1Api, KubeConfig } from "@kubernetes/client-node";
import { latestChartVersion } from "@opconnect/core";
import type { ConnectEnvironmentArgs } from "@opconnect/pulumi";
import { afterAll, describe, expect, test } from "vitest";
import { chartForSuites, chartPath } from "../harness/act/chart.ts";
import { environmentConfig } from "../harness/act/environment-config.ts";
import { editItem, typeItem } from "../harness/act/item.ts";
import { createProject, type Project } from "../harness/act/project.ts";
import { countOpCalls } from "../harness/disturb/call-counter.ts";
import { activeMinted, listedVaults } from "../harness/look/account.ts";
import { ownSteps } from "../harness/look/engine-events.ts";
import { type ArrivedSecret, waitForSecret } from "../harness/look/secret-arrival.ts";
import { rig } from "../harness/rig-lane.ts";

const config = new KubeConfig();
config.loadFromFile(rig.kubeconfig);
const core = config.makeApiClient(CoreV1Api);

describe("an environment that is taken from chart to chart and back", () => {
  const client = "older-chart";
  let project: Project;
  let arrived: ArrivedSecret;

  afterAll(async () => {
    await project.destroy();
  });

  test("an item syncs with the oldest chart", async () => {
    project = await createProject({
      ...rig,
      name: client,
      config: await onChart(client, "1.17.0"),
    });
    const { exitCode, output } = await project.up();
    expect(exitCode, output).toBe(0);
    await typeItem(rig, "postgres", await appVault(client));
    arrived = await waitForSecret(rig, { namespace: `${client}-app`, name: "postgres" });
    expect(await credentialsForms(client)).toEqual({ file: "JSON", base64: "base64" });
  });

  test.each(["2.4.1", "2.2.1"])(
    "a preview of chart %s passes as the first change after the creation",
    async (version) => {
      await project.configure(await onChart(client, version));
      const { exitCode, output } = await project.preview();
      expect(exitCode, output).toBe(0);
      expect(output).toContain(`connect-${version}`);
    },
  );

  test.each([
    ["2.2.1", []],
    ["2.4.1", []],
    // What both kinds of pods read was in the Secret before.
    ["2.2.1", ["--exclude", "**ClusterSecret::*"]],
    ["1.17.0", []],
  ])("chart %s takes over, and the item still syncs", async (version, words) => {
    const podsBefore = await podNames(client);
    const remaining = async () =>
      (await podNames(client)).filter((name) => podsBefore.includes(name));
    const opCalls = await countOpCalls(rig);
    await project.configure(await onChart(client, version));
    const { exitCode, output, events } = await project.up(...words);
    expect(exitCode, output).toBe(0);
    const risky = ownSteps(events).filter((step) => /dynamic\/|replace|delete/.test(step));
    // The right that operators before 1.11 need comes and goes with them.
    expect(risky.filter((step) => !step.endsWith(` ${client}-prod-namespaces`))).toEqual([]);
    expect(await opCalls()).toEqual([]);
    await expect.poll(remaining).toEqual([]);
    await editItem(rig, "postgres", await appVault(client));
    const place = { namespace: `${client}-app`, name: "postgres" };
    arrived = await waitForSecret(rig, place, { before: arrived });
  });

  test("all of it was one server, one token and one Secret of two forms", async () => {
    expect(await activeMinted(rig, client)).toEqual({ servers: 1, tokens: 1 });
    expect(await credentialsForms(client)).toEqual({ file: "JSON", base64: "base64" });
  });
});

describe("an environment on the newest chart", () => {
  const client = "newer-chart";
  let project: Project;

  afterAll(async () => {
    await project.destroy();
  });

  test("a preview of an older chart passes as the first change after the creation", async () => {
    const newest = await onChart(client, latestChartVersion);
    project = await createProject({ ...rig, name: client, config: newest });
    const { exitCode, output } = await project.up();
    expect(exitCode, output).toBe(0);
    await project.configure(await onChart(client, "2.2.1"));
    const previewed = await project.preview();
    expect(previewed.exitCode, previewed.output).toBe(0);
  });

  test("one that is not known yet is previewed with one warning", async () => {
    await project.configure(await onChart(client, "99.0.0"));
    const { exitCode, output, events } = await project.preview();
    expect(exitCode, output).toBe(0);
    const warnings = events.flatMap(({ diagnosticEvent }) =>
      diagnosticEvent?.severity === "warning" ? [diagnosticEvent.message] : [],
    );
    expect(warnings).toEqual([expect.stringContaining("Version 99.0.0 of the chart")]);
  });

  test("what the API server does not let change shows as a replacement", async () => {
    const convention = { connectApplication: "{client}-{environment}-link" };
    await project.configure(await onChart(client, latestChartVersion, { convention }));
    const { exitCode, output, events } = await project.preview();
    expect(exitCode, output).toBe(0);
    // The other Deployment is one of another name.
    const replaced = ownSteps(events).filter((step) => /^replace .*:Deployment /.test(step));
    expect(replaced).toEqual([expect.stringMatching(/-connect-operator$/)]);
  });

  test("a chart of another version than the one said is refused, by that error alone", async () => {
    const path = await chartPath(rig, latestChartVersion);
    await project.configure(environmentConfig(rig, client, { chart: { version: "2.2.1", path } }));
    const opCalls = await countOpCalls(rig);
    for (const { exitCode, output, events } of [await project.preview(), await project.up()]) {
      expect(exitCode, output).not.toBe(0);
      expect(output).toContain(
        `\`chart.path\` holds version ${latestChartVersion} of the chart, \`chart.version\` says 2.2.1.`,
      );
      expect(output).not.toMatch(/marshal|resource monitor|^ +at .*:\d+:\d+\)?$/im);
      expect(ownSteps(events).filter((step) => !step.includes("pulumi:"))).toEqual([]);
    }
    expect(await opCalls()).toEqual([]);
  });
});

/** Configuration of an environment on a version of the chart. */
async function onChart(
  client: string,
  version: string,
  change: Partial<ConnectEnvironmentArgs> = {},
) {
  return environmentConfig(rig, client, { ...(await chartForSuites(rig, version)), ...change });
}

/** What a client's credentials file is in the cluster, under either key. */
async function credentialsForms(client: string) {
  const { data = {} } = await core.readNamespacedSecret({
    namespace: `${client}-prod-1password`,
    name: `${client}-prod-credentials`,
  });
  return {
    file: formOf(decode(data["1password-credentials.json"] ?? "")),
    base64: formOf(decode(data["1password-credentials.base64"] ?? "")),
  };
}

function formOf(value: string): "JSON" | "base64" | "neither" {
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
