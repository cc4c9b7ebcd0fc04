import type { ConnectEnvironmentArgs } from "@opconnect/pulumi";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { environmentConfig } from "../harness/act/environment-config.ts";
import { createProject, type Project, type Run } from "../harness/act/project.ts";
import { ownSteps } from "../harness/look/engine-events.ts";
import { rig } from "../harness/rig-lane.ts";

function expectDone({ exitCode, output }: Run): void {
  expect(exitCode, output).toBe(0);
}

describe("a preview of a change in place shows that change, and nothing as replaced", () => {
  const client = "previewed";
  const settings = (change: Partial<ConnectEnvironmentArgs> = {}) =>
    environmentConfig(rig, client, {
      tokens: { ci: { vaults: ["app"], expiresIn: "90d" } },
      ...change,
    });
  const update = (kind: string, name: string) =>
    `update pulumi-nodejs:dynamic/opconnect:${kind} ${client}-prod-${name}`;
  let project: Project;
  beforeAll(async () => {
    project = await createProject({ ...rig, name: client, config: settings() });
    expectDone(await project.up());
  });
  afterAll(async () => {
    await project.destroy();
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

  test("another tag on the secrets of the store", async () => {
    await expectSteps({ store: { tags: { team: "platform" } } }, [
      update("CredentialSecret", "ci"),
      update("CredentialSecret", "credentials"),
      update("CredentialSecret", "operator"),
    ]);
  });

  test("another description of a vault", async () => {
    const vaults = { app: { description: "Of the platform team" }, data: {} };
    await expectSteps({ store: { tags: { team: "platform" } }, vaults }, [update("Vault", "app")]);
  });

  test("another name of the server", async () => {
    const convention = { server: "{client}-{environment}-connect" };
    await expectSteps({ convention }, [
      update("ConnectServer", "server"),
      update("CredentialSecret", "ci"),
      update("CredentialSecret", "credentials"),
      update("CredentialSecret", "operator"),
      update("Vault", "app"),
    ]);
  });

  test("a vault added leaves the token of narrower scope out of it", async () => {
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
