import { addPerson, grantVaultAccess } from "@opconnect/sandbox";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { environmentConfig } from "../harness/act/environment-config.ts";
import { createProject, type Project } from "../harness/act/project.ts";
import { countOpCalls } from "../harness/disturb/call-counter.ts";
import { withoutOp } from "../harness/disturb/without-op.ts";
import { activeMinted, op } from "../harness/look/account.ts";
import { changes } from "../harness/look/engine-events.ts";
import { outsideWorld } from "../harness/look/outside-world.ts";
import { rig } from "../harness/rig-lane.ts";

const home = rig.env.OPCONNECT_SANDBOX_HOME ?? "";

describe("a runner without op", () => {
  const settings = (vaults: readonly string[]) => ({
    args: environmentConfig(rig, "runner", { vaults, items: {} }).args,
  });
  let admin: Project;
  let runnerEnv: Readonly<Record<string, string>>;
  beforeAll(async () => {
    const config = settings(["app", "data"]);
    admin = await createProject({ ...rig, name: "runner", config });
    runnerEnv = await withoutOp(rig);
  });
  afterAll(async () => {
    await admin.destroy();
  });
  const onRunner = (...words: string[]) => admin.pulumi(words, runnerEnv);

  test("previews a new environment", async () => {
    const { exitCode, output, events } = await onRunner("preview");
    expect(exitCode, output).toBe(0);
    expect(changes(events).create).toBeGreaterThan(10);
  });

  test("is refused a new environment before anything has changed, and told what an admin runs", async () => {
    const before = await outsideWorld(rig);
    const { exitCode, output } = await onRunner("up", "--yes", "--skip-preview");
    expect(exitCode, output).not.toBe(0);
    expect(output).toContain("there is no `op` on PATH");
    expect(output).toMatch(/`pulumi up --stack main`.*\[OP_NOT_INSTALLED\]/);
    expect(await outsideWorld(rig)).toEqual({ ...before, store: expect.anything() });
  });

  test("previews and deploys without a change once an admin has minted, with no call of op", async () => {
    const minted = await admin.up();
    expect(minted.exitCode, minted.output).toBe(0);
    expect(await activeMinted(rig, "runner")).toEqual({ servers: 1, tokens: 1 });
    const opCalls = await countOpCalls(rig);
    for (const words of [["preview"], ["up", "--yes", "--skip-preview"]]) {
      const { exitCode, output, events } = await onRunner(...words);
      expect(exitCode, output).toBe(0);
      expect(Object.keys(changes(events))).toEqual(["same"]);
    }
    expect(await opCalls()).toEqual([]);
  });

  test("is refused a vault added before anything has changed", async () => {
    await admin.configure(settings(["app", "data", "more"]));
    const before = await outsideWorld(rig);
    const { exitCode, output } = await onRunner("up", "--yes", "--skip-preview");
    expect(exitCode, output).not.toBe(0);
    expect(output).toContain("there is no `op` on PATH");
    expect(output).toMatch(/`pulumi up --stack main`.*\[OP_NOT_INSTALLED\]/);
    expect(await outsideWorld(rig)).toEqual({ ...before, store: expect.anything() });
  });
});

describe("an admin who is signed in", () => {
  const settings = (vaults: Readonly<Record<string, { id?: string }>>) => ({
    args: environmentConfig(rig, "visitor", { vaults, items: {} }).args,
  });
  let project: Project;
  beforeAll(async () => {
    const config = settings({ app: {} });
    project = await createProject({ ...rig, name: "visitor", config });
  });
  afterAll(async () => {
    await project.destroy();
  });
  const upAs = (email: string) =>
    project.pulumi(["up", "--yes", "--skip-preview"], { OPCONNECT_SANDBOX_USER: email });

  test("and may not create Connect servers is refused, and told what an admin runs", async () => {
    const email = "dana@example.com";
    await addPerson(home, { name: "Dana Developer", email });
    const before = await outsideWorld(rig);
    const { exitCode, output } = await upAs(email);
    expect(exitCode, output).not.toBe(0);
    expect(output).toMatch(/`pulumi up --stack main`.*\[OP_(CANNOT_MINT|FAILED)\]/);
    expect(await outsideWorld(rig)).toEqual({ ...before, store: expect.anything() });
  });

  test("and lacks full access to a vault is refused, and told which vault it is", async () => {
    const email = "mia@example.com";
    const groups = ["Secrets Automation Managers"];
    await addPerson(home, { name: "Mia Manager", email, groups });
    const created = await op(rig, ["vault", "create", "visitor-shared"]);
    const { id } = z.object({ id: z.string() }).parse(created);
    await grantVaultAccess(home, { vault: id, to: email, permissions: ["allow_viewing"] });
    await project.configure(settings({ shared: { id } }));
    const before = await outsideWorld(rig);
    const { exitCode, output } = await upAs(email);
    expect(exitCode, output).not.toBe(0);
    expect(output).toMatch(new RegExp(`full access.*${id}.*\\[OP_VAULT_ACCESS\\]`));
    expect(output).toContain("`pulumi up --stack main`");
    expect(await outsideWorld(rig)).toEqual({ ...before, store: expect.anything() });
  });
});
