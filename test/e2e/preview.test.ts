import { writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import type { ConnectEnvironmentArgs } from "@opconnect/pulumi";
import getPort from "get-port";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { environmentConfig } from "../harness/act/environment-config.ts";
import { createProject, type Project, type Run } from "../harness/act/project.ts";
import { countOpCalls } from "../harness/disturb/call-counter.ts";
import { renderKubeconfig } from "../harness/disturb/other-cluster.ts";
import { createWeakIdentity } from "../harness/disturb/weak-identity.ts";
import { ownSteps } from "../harness/look/engine-events.ts";
import { outsideWorld } from "../harness/look/outside-world.ts";
import { rig } from "../harness/rig-lane.ts";

function expectDone({ exitCode, output }: Run): void {
  expect(exitCode, output).toBe(0);
}

describe("a preview", () => {
  const client = "previewed";
  const settings = (change: Partial<ConnectEnvironmentArgs> = {}) =>
    environmentConfig(rig, client, {
      tokens: { ci: { vaults: ["app"], expiresIn: "90d" } },
      ...change,
    });
  const update = (kind: string, name: string) =>
    `update pulumi-nodejs:dynamic/opconnect:${kind} ${client}-prod-${name}`;
  let project: Project;
  let unborn: Project;
  beforeAll(async () => {
    const { args } = environmentConfig(rig, "unborn");
    unborn = await createProject({ ...rig, name: "unborn", config: { args } });
    project = await createProject({ ...rig, name: client, config: settings() });
    expectDone(await project.up());
  });
  afterAll(async () => {
    await project.destroy();
  });

  /** A runner that may have no kubeconfig at all. */
  async function previewFrom(place: Project, kubeconfig: string) {
    const env = { KUBECONFIG: kubeconfig, PULUMI_K8S_CLIENT_TIMEOUT: "3" };
    const run = await place.pulumi(["preview", "--diff"], env);
    expectDone(run);
    const said = run.events.flatMap(({ diagnosticEvent }) => diagnosticEvent ?? []);
    const warnings = said.filter(({ severity }) => severity === "warning");
    return { steps: ownSteps(run.events), warnings: warnings.map(({ message }) => message) };
  }

  async function kubeconfigOf(server: string): Promise<string> {
    const path = join(rig.dir, "elsewhere.kubeconfig");
    await writeFile(path, renderKubeconfig(server));
    return path;
  }

  const oneOf = (cause: RegExp) => [
    expect.stringMatching(
      new RegExp(`${cause.source}.*goes by the program and the state alone: it was not looked at`),
    ),
  ];

  test.each([
    ["that gives no answer", "silent", /no answer within 5 seconds/],
    ["whose name does not resolve", "https://nobody.invalid:6443", /nobody\.invalid.*ENOTFOUND/],
    ["of a kubeconfig that the runner lacks", "missing", /there is no such file/],
  ])("without its cluster, %s, shows what is unchanged as that", async (_, server, cause) => {
    const silent = createServer();
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const address = `https://127.0.0.1:${Object(silent.address()).port}`;
    const kubeconfig =
      server === "missing"
        ? join(rig.dir, "nowhere")
        : await kubeconfigOf(server === "silent" ? address : server);
    const { steps, warnings } = await previewFrom(project, kubeconfig);
    silent.close();
    expect(steps).toEqual([]);
    expect(warnings).toEqual(oneOf(cause));
  });

  test("without its cluster shows all of a first deployment, which then does not begin", async () => {
    const before = await outsideWorld(rig);
    const opCalls = await countOpCalls(rig);
    const kubeconfig = await kubeconfigOf(
      `https://127.0.0.1:${await getPort({ host: "127.0.0.1" })}`,
    );
    const { steps, warnings } = await previewFrom(unborn, kubeconfig);
    expect(warnings).toEqual(oneOf(/ECONNREFUSED/));
    expect(steps.filter((step) => !step.startsWith("create "))).toEqual([]);
    expect(steps).toContainEqual(expect.stringContaining("Deployment unborn-prod-chart:unborn"));
    for (const words of [
      ["up", "--yes"],
      ["up", "--yes", "--skip-preview"],
    ]) {
      const { exitCode, output } = await unborn.pulumi(words, { KUBECONFIG: kubeconfig });
      expect(exitCode, output).not.toBe(0);
      expect(output).toMatch(/ECONNREFUSED.*\[CLUSTER_UNREACHABLE\]/);
    }
    expect(await opCalls()).toEqual([]);
    expect(await outsideWorld(rig)).toEqual(before);
  });

  test("by an identity that may not look shows the same", async () => {
    const nobody = await createWeakIdentity(rig, "previewed-nobody");
    const outcome = await previewFrom(project, nobody);
    expect(outcome.steps).toEqual([]);
    expect(outcome.warnings).toEqual(oneOf(/kube-system.*403/));
    const rules = [{ resource: "namespaces", verbs: ["get"] }];
    const reader = await createWeakIdentity(rig, "previewed-reader", rules);
    expect(await previewFrom(project, reader)).toEqual({ steps: [], warnings: [] });
  });

  /** The same steps in the preview and in the up after it, and nothing left for a third run. */
  async function expectSteps(
    change: Partial<ConnectEnvironmentArgs>,
    expected: readonly string[],
  ): Promise<void> {
    await project.configure(settings(change));
    const preview = await project.preview();
    expectDone(preview);
    expect(ownSteps(preview.events)).toEqual(expected);
    const up = await project.up();
    expectDone(up);
    expect(ownSteps(up.events)).toEqual(expected);
    const again = await project.preview();
    expectDone(again);
    expect(ownSteps(again.events)).toEqual([]);
  }

  test("of another tag on the secrets of the store shows that, and nothing as replaced", async () => {
    await expectSteps({ store: { tags: { team: "platform" } } }, [
      update("CredentialSecret", "ci"),
      update("CredentialSecret", "credentials"),
      update("CredentialSecret", "operator"),
    ]);
  });

  test("of another description of a vault shows that, and nothing as replaced", async () => {
    const vaults = { app: { description: "Of the platform team" }, data: {} };
    await expectSteps({ store: { tags: { team: "platform" } }, vaults }, [update("Vault", "app")]);
  });

  test("of another name of the server shows that, and nothing as replaced", async () => {
    const convention = { server: "{client}-{environment}-connect" };
    await expectSteps({ convention }, [
      update("ConnectServer", "server"),
      update("CredentialSecret", "ci"),
      update("CredentialSecret", "credentials"),
      update("CredentialSecret", "operator"),
      update("Vault", "app"),
    ]);
  });

  test("of a vault added leaves the token of narrower scope out of it", async () => {
    await project.configure(settings({ vaults: ["app", "data", "logs"] }));
    const preview = await project.preview();
    expectDone(preview);
    const planned = ownSteps(preview.events);
    expect(planned).toContain(`create pulumi-nodejs:dynamic/opconnect:Vault ${client}-prod-logs`);
    expect(planned).toContain(update("ConnectServer", "server"));
    expect(planned.filter((step) => step.startsWith("replace "))).toEqual([
      `replace pulumi-nodejs:dynamic/opconnect:ConnectToken ${client}-prod-operator`,
    ]);
  });
});
