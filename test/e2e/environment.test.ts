import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { environmentConfig } from "../harness/act/environment-config.ts";
import { editItem, typeItem } from "../harness/act/item.ts";
import { createProject, type Project } from "../harness/act/project.ts";
import { countOpCalls } from "../harness/disturb/call-counter.ts";
import { recordStoreRequests } from "../harness/disturb/store-requests.ts";
import { activeMinted, listedVaults } from "../harness/look/account.ts";
import { changes, type EngineEvent, steps } from "../harness/look/engine-events.ts";
import { waitForSecret } from "../harness/look/secret-arrival.ts";
import { rig } from "../harness/rig-lane.ts";
import { readSecretRequests } from "../rig/control-plane/audit-log.ts";

const secret = { namespace: "life-app", name: "postgres" };

describe("the life of an environment", () => {
  let project: Project;
  beforeAll(async () => {
    const config = environmentConfig(rig, "life");
    project = await createProject({ ...rig, name: "life", config });
  });
  afterAll(async () => {
    await project.destroy();
  });

  test("the first preview shows every object, calls no op and reads no secret value", async () => {
    const opCalls = await countOpCalls(rig);
    const storeRequests = await recordStoreRequests(rig);
    const secretRequests = (await readSecretRequests(rig)).length;
    const { exitCode, output, events } = await project.preview();
    expect(exitCode, output).toBe(0);
    expect(steps(events)).toMatchSnapshot();
    expect(await opCalls()).toEqual([]);
    expect(await storeRequests()).not.toContain("GetSecretValue");
    // The chart's NOTES.txt looks for both Secrets while it is rendered; there are none yet.
    const asked = (await readSecretRequests(rig)).slice(secretRequests);
    const ours = asked.filter(({ namespace }) => namespace === "life-prod-1password");
    expect(ours.map(({ status }) => status)).toEqual(ours.map(() => 404));
  });

  test("the first up makes them, with at most six calls of op besides one per vault", async () => {
    const opCalls = await countOpCalls(rig);
    const { exitCode, output, events } = await project.up();
    expect(exitCode, output).toBe(0);
    const made = done(events, "create");
    // Nothing is there that is not guarded.
    expect(made.findLastIndex(isPolicy)).toBeLessThan(made.findIndex(isGuarded));
    expect((await opCalls()).length).toBeLessThanOrEqual(2 + 6);
    expect(await activeMinted(rig, "life")).toEqual({ servers: 1, tokens: 1 });
  });

  test("an item typed into 1Password arrives as a Secret, and so does its edit", async () => {
    const vaultId = (await listedVaults(rig)).get("life-prod-app") ?? "";
    await typeItem(rig, "postgres", vaultId);
    const arrived = await waitForSecret(rig, secret);
    expect(arrived.keys).toEqual(["hostname", "password", "username"]);
    await editItem(rig, "postgres", vaultId);
    await waitForSecret(rig, secret, { before: arrived });
  });

  test("a second up changes nothing and calls no op", async () => {
    const opCalls = await countOpCalls(rig);
    const storeRequests = await recordStoreRequests(rig);
    const { exitCode, output, events } = await project.up();
    expect(exitCode, output).toBe(0);
    expect(Object.keys(changes(events))).toEqual(["same"]);
    expect(await opCalls()).toEqual([]);
    expect(await storeRequests()).not.toContain("GetSecretValue");
  });

  test("a refresh finds no drift, and the tags written with the values stay", async () => {
    const refreshed = await project.refresh();
    expect(refreshed.exitCode, refreshed.output).toBe(0);
    expect(Object.keys(changes(refreshed.events))).toEqual(["same"]);
    const { exitCode, output, events } = await project.up();
    expect(exitCode, output).toBe(0);
    expect(Object.keys(changes(events))).toEqual(["same"]);
    expect(output).not.toContain("warning");
  });

  test("a vault added is granted in place, the token is replaced, and the pods are rolled", async () => {
    const config = environmentConfig(rig, "life", { vaults: ["app", "data", "more"] });
    await project.configure(config);
    const { exitCode, output, events } = await project.up();
    expect(exitCode, output).toBe(0);
    expect(steps(events)).toContain(
      "update pulumi-nodejs:dynamic/opconnect:ConnectServer life-prod-server",
    );
    expect(await activeMinted(rig, "life")).toEqual({ servers: 1, tokens: 1 });
    const vaultId = (await listedVaults(rig)).get("life-prod-app") ?? "";
    const before = await waitForSecret(rig, secret);
    await editItem(rig, "postgres", vaultId);
    await waitForSecret(rig, secret, { before });
  });

  test("a raised revision replaces server and token, and the item still syncs", async () => {
    const config = environmentConfig(rig, "life", { vaults: ["app", "data", "more"], revision: 2 });
    await project.configure(config);
    const { exitCode, output } = await project.up();
    expect(exitCode, output).toBe(0);
    expect(await activeMinted(rig, "life")).toEqual({ servers: 1, tokens: 1 });
    const vaultId = (await listedVaults(rig)).get("life-prod-app") ?? "";
    const before = await waitForSecret(rig, secret);
    await editItem(rig, "postgres", vaultId);
    await waitForSecret(rig, secret, { before });
  });

  test("a revision taken back is refused by a preview", async () => {
    const vaults = ["app", "data", "more"];
    await project.configure(environmentConfig(rig, "life", { vaults }));
    const { exitCode, output } = await project.preview();
    expect(exitCode).not.toBe(0);
    expect(output).toMatch(/holds revision 2 of "life-prod"/);
    await project.configure(environmentConfig(rig, "life", { vaults, revision: 2 }));
  });

  test("what the state has lost is adopted from the store, and op is only asked if it lives", async () => {
    await project.forget(/:ConnectServer::|:ConnectToken::/);
    const opCalls = await countOpCalls(rig);
    const { exitCode, output } = await project.up();
    expect(exitCode, output).toBe(0);
    expect((await opCalls()).filter((call) => !/^connect \w+ list /.test(call))).toEqual([]);
    expect(await activeMinted(rig, "life")).toEqual({ servers: 1, tokens: 1 });
  });

  test("destroy ends server and token, keeps the vaults and says so", async () => {
    const { exitCode, output, events } = await project.destroy();
    expect(exitCode, output).toBe(0);
    const gone = done(events, "delete");
    expect(gone.findIndex(isPolicy)).toBeGreaterThan(gone.findLastIndex(isGuarded));
    expect(output).toMatch(/Vault life-prod-app.*retain/);
    expect(await activeMinted(rig, "life")).toEqual({ servers: 0, tokens: 0 });
    const vaults = [...(await listedVaults(rig)).keys()].filter((title) =>
      title.startsWith("life-"),
    );
    expect(vaults.sort()).toEqual(["life-prod-app", "life-prod-data", "life-prod-more"]);
  });
});

/** Types of the resources to which an operation was done, in order. */
function done(events: readonly EngineEvent[], operation: "create" | "delete"): readonly string[] {
  return events.flatMap(({ resOutputsEvent }) => {
    const { op, type = "" } = resOutputsEvent?.metadata ?? {};
    return op === operation ? [type] : [];
  });
}

const isPolicy = (type: string) => type.includes(":ValidatingAdmissionPolicy");
/** The operator, and what it acts on. */
const isGuarded = (type: string) => /:(Deployment|OnePasswordItem)$/.test(type);
