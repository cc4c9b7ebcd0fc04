import { rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { environmentConfig } from "../harness/act/environment-config.ts";
import { createProject, type Project } from "../harness/act/project.ts";
import { activeMinted, listedServer } from "../harness/look/account.ts";
import { ownSteps } from "../harness/look/engine-events.ts";
import { rig } from "../harness/rig-lane.ts";

const client = "planned";
const settings = (change: Parameters<typeof environmentConfig>[2] = {}) => ({
  ...environmentConfig(rig, client, change),
  namespaces: [`${client}-app`, `${client}-web`],
});

/** A reviewed preview is applied as it was, or refused: none may be refused where nothing moved. */
describe("an update plan holds", () => {
  let project: Project;
  beforeAll(async () => {
    project = await createProject({ ...rig, name: client, config: settings() });
  });
  afterAll(async () => {
    await project.destroy();
  });

  async function previewAndUp(): Promise<void> {
    const plan = join(project.dir, "plan.json");
    await rm(plan, { force: true });
    const preview = await project.preview("--save-plan", plan);
    expect(preview.exitCode, preview.output).toBe(0);
    const up = await project.up("--plan", plan);
    expect(up.exitCode, up.output).toBe(0);
    const again = await project.up();
    expect(again.exitCode, again.output).toBe(0);
    expect(ownSteps(again.events)).toEqual([]);
  }

  const web = { namespace: `${client}-web`, vault: "app", item: "postgres" };

  test("of a first create", async () => {
    await previewAndUp();
    expect(await activeMinted(rig, client)).toEqual({ servers: 1, tokens: 1 });
  });

  test.each([
    ["of another vault, in which the token is replaced", { vaults: ["app", "data", "files"] }],
    ["of an item that moves, and one more", { items: { postgres: web, redis: web } }],
    ["of a rotation", { revision: 2 }],
    ["of items that go", { revision: 2, items: {} }],
  ])("%s", async (_, change) => {
    await project.configure(settings(change));
    await previewAndUp();
    expect(await activeMinted(rig, client)).toEqual({ servers: 1, tokens: 1 });
  });

  test("of what the state lost and the store has", async () => {
    const server = await listedServer(rig, `${client}-prod`);
    await project.forget(/opconnect:(CredentialSecret|ConnectServer|ConnectToken)/);
    await previewAndUp();
    expect(await listedServer(rig, `${client}-prod`)).toBe(server);
  });
});
