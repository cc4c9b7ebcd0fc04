import { setTimeout } from "node:timers/promises";
import type { ConnectEnvironmentArgs } from "@opconnect/pulumi";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { environmentConfig } from "../harness/act/environment-config.ts";
import {
  defineExternalSecretsStores,
  externalSecretsStore,
} from "../harness/act/external-secrets.ts";
import { editItem, typeItem } from "../harness/act/item.ts";
import { createProject, type Project, type Run } from "../harness/act/project.ts";
import { countOpCalls } from "../harness/disturb/call-counter.ts";
import { recordStoreRequests } from "../harness/disturb/store-requests.ts";
import { withoutOp } from "../harness/disturb/without-op.ts";
import {
  activeMinted,
  listedServer,
  listedTokens,
  listedVaults,
  op,
} from "../harness/look/account.ts";
import {
  alterSecret,
  removeSecret,
  secretLabels,
  secretValue,
} from "../harness/look/cluster-secret.ts";
import { changes, steps } from "../harness/look/engine-events.ts";
import { waitForSecret } from "../harness/look/secret-arrival.ts";
import { putStoredValue, storedValue, tagStoredSecret } from "../harness/look/stored-secrets.ts";
import { rig } from "../harness/rig-lane.ts";

/** Everything but what is left as it was. */
function changed({ events }: Run): readonly string[] {
  return Object.keys(changes(events)).filter((operation) => operation !== "same");
}

/** What was done to resources of our own, in the order in which it ended. */
function order({ events }: Run): readonly string[] {
  return events.flatMap(({ resOutputsEvent }) => {
    const { op, type } = resOutputsEvent?.metadata ?? {};
    return type?.startsWith("pulumi-nodejs:") ? [`${op} ${type.split(":").at(-1)}`] : [];
  });
}

function expectDone({ exitCode, output }: Run): void {
  expect(exitCode, output).toBe(0);
}

describe("from the first day of an environment to its last", () => {
  const client = "daytwo";
  const secret = { namespace: `${client}-app`, name: "postgres" };
  const stored = (name: string) => `opconnect/${client}/prod/${name}`;
  const settings = (change: Partial<ConnectEnvironmentArgs> = {}) =>
    environmentConfig(rig, client, {
      tokens: {
        operator: { rotateAfter: "60d" },
        ci: { vaults: ["app"], expiresIn: "90d", rotateAfter: "60d" },
      },
      ...change,
    });
  let project: Project;
  beforeAll(async () => {
    await defineExternalSecretsStores(rig);
    project = await createProject({
      ...{ ...rig, name: client, program: "consumers", config: settings() },
    });
  });
  afterAll(async () => {
    await project.destroy();
  });

  /** One server, the operator's token and that of CI, and an edit that arrives: all is well. */
  async function expectWell(): Promise<void> {
    expect(await activeMinted(rig, client)).toEqual({ servers: 1, tokens: 2 });
    const vaultId = (await listedVaults(rig)).get(`${client}-prod-app`) ?? "";
    const before = await waitForSecret(rig, secret);
    await editItem(rig, "postgres", vaultId);
    await waitForSecret(rig, secret, { before });
  }

  async function expectNoChange(): Promise<void> {
    const again = await project.up();
    expectDone(again);
    expect(changed(again)).toEqual([]);
  }

  /** Makes the token of a consumer look as old as that. */
  async function makeOld(consumer: string, days: number): Promise<void> {
    const mintedAt = new Date(Date.now() - days * 86_400_000).toISOString();
    await tagStoredSecret(rig, stored(`${consumer}-token`), { "opconnect:minted-at": mintedAt });
  }

  test("each consumer gets a token with its own scope and expiry", async () => {
    expectDone(await project.up());
    const vaults = await listedVaults(rig);
    await typeItem(rig, "postgres", vaults.get(`${client}-prod-app`) ?? "");
    const tokens = await listedTokens(rig, client);
    const operator = tokens.get(`${client}-prod-operator`);
    const ci = tokens.get(`${client}-prod-ci`);
    expect(operator?.vaults).toHaveLength(2);
    expect(operator).not.toHaveProperty("expires_at");
    expect(ci?.vaults.map(({ id }) => id.toLowerCase())).toEqual([
      vaults.get(`${client}-prod-app`),
    ]);
    const days = (Date.parse(ci?.expires_at ?? "") - Date.now()) / 86_400_000;
    expect(days).toBeGreaterThan(89);
    expect(days).toBeLessThan(91);
    await expectWell();
    await expectNoChange();
  });

  /** Whether both Secrets for External Secrets Operator hold the token that the store has for CI. */
  async function haveToken(): Promise<readonly boolean[]> {
    const token = await storedValue(rig, stored("ci-token"));
    const place = { namespace: `${client}-app`, key: "token" };
    const names = [`${client}-connect-token`, `${client}-sdk-token`];
    return Promise.all(
      names.map(async (name) => (await secretValue(rig, { ...place, name })) === token),
    );
  }

  test("External Secrets Operator's own definitions take stores of Connect and of the SDK", async () => {
    const app = (await listedVaults(rig)).get(`${client}-prod-app`) ?? "";
    const namespace = `${client}-app`;
    const ofConnect = { namespace, name: `${client}-connect-token`, key: "token" };
    expect(await externalSecretsStore(rig, `clustersecretstores/${client}-connect`)).toEqual({
      conditions: [{ namespaces: [namespace] }],
      provider: {
        onepassword: {
          connectHost: `http://${client}-prod-connect.${client}-prod-1password.svc:8080`,
          vaults: { [app]: 1 },
          auth: { secretRef: { connectTokenSecretRef: ofConnect } },
        },
      },
    });
    const ofSdk = { name: `${client}-sdk-token`, key: "token" };
    expect(
      await externalSecretsStore(rig, `namespaces/${namespace}/secretstores/${client}-sdk`),
    ).toEqual({
      provider: { onepasswordSDK: { vault: app, auth: { serviceAccountSecretRef: ofSdk } } },
    });
    expect(await haveToken()).toEqual([true, true]);
  });

  test("a token near its end is warned about at preview", async () => {
    const expiresAt = new Date(Date.now() + 5.5 * 86_400_000).toISOString();
    await tagStoredSecret(rig, stored("ci-token"), { "opconnect:expires-at": expiresAt });
    const { exitCode, output, events } = await project.preview();
    expect(exitCode, output).toBe(0);
    expect(output).toMatch(/`tokens` has ci\. Of pods .* let only those with the label/);
    expect(output).toMatch(/"daytwo-prod-ci" expires on \d{4}-\d\d-\d\d, in 5 days/);
    expect(Object.keys(changes(events))).toEqual(["same"]);
  });

  test("a due rotation shows in the preview with its reason, without op and without a value", async () => {
    await makeOld("ci", 61);
    const opCalls = await countOpCalls(rig);
    const storeRequests = await recordStoreRequests(rig);
    const run = await project.preview();
    expectDone(run);
    expect(run.output).toMatch(/because\s*: "rotateAfter 60d passed on \d{4}-\d\d-\d\d"/);
    expect(steps(run.events).filter((step) => /replace/.test(step))).toEqual([
      "create-replacement pulumi-nodejs:dynamic/opconnect:ConnectToken daytwo-prod-ci",
      "delete-replaced pulumi-nodejs:dynamic/opconnect:ConnectToken daytwo-prod-ci",
      "replace pulumi-nodejs:dynamic/opconnect:ConnectToken daytwo-prod-ci",
    ]);
    expect(await opCalls()).toEqual([]);
    expect(await storeRequests()).not.toContain("GetSecretValue");
  });

  test("the next up rotates it with at most four calls of op, and the one after changes nothing", async () => {
    const before = (await listedTokens(rig, client)).get(`${client}-prod-ci`)?.id;
    const opCalls = await countOpCalls(rig);
    const run = await project.up();
    expectDone(run);
    expect((await opCalls()).length).toBeLessThanOrEqual(4);
    const done = order(run);
    expect(done.filter((step) => step === "update ClusterSecret")).toHaveLength(2);
    expect(done.indexOf("delete-replaced ConnectToken")).toBeGreaterThan(
      done.lastIndexOf("update ClusterSecret"),
    );
    const after = (await listedTokens(rig, client)).get(`${client}-prod-ci`)?.id;
    expect(after).not.toBe(before);
    expect(await haveToken()).toEqual([true, true]);
    expect(await activeMinted(rig, client)).toEqual({ servers: 1, tokens: 2 });
    await expectNoChange();
  });

  test("the operator has synced with its new token before the old one is revoked", async () => {
    const before = await secretLabels(rig, secret);
    await makeOld("operator", 61);
    const run = await project.up();
    expectDone(run);
    const after = await secretLabels(rig, secret);
    expect(after["opconnect/credentials"]).toMatch(/^[0-9a-f]{16}$/);
    expect(after["opconnect/credentials"]).not.toBe(before["opconnect/credentials"]);
    const done = order(run);
    const synced = done.indexOf("update OperatorSync");
    const revoked = done.indexOf("delete-replaced ConnectToken");
    expect(synced).toBeGreaterThan(-1);
    expect(revoked).toBeGreaterThan(synced);
    await expectWell();
    await expectNoChange();
  });

  test("a vault removed is revoked and kept, and added again it is the same vault", async () => {
    const vaults = await listedVaults(rig);
    await project.configure(settings({ vaults: ["app"] }));
    expectDone(await project.up());
    const narrow = (await listedTokens(rig, client)).get(`${client}-prod-operator`);
    expect(narrow?.vaults).toHaveLength(1);
    expect(await listedVaults(rig)).toEqual(vaults);
    await project.configure(settings());
    expectDone(await project.up());
    expect(await listedVaults(rig)).toEqual(vaults);
    const wide = (await listedTokens(rig, client)).get(`${client}-prod-operator`);
    expect(wide?.vaults).toHaveLength(2);
    await expectWell();
  });

  test("the same scope and life time in other words leave server and tokens alive", async () => {
    const server = await listedServer(rig, `${client}-prod`);
    const ids = async () =>
      [...(await listedTokens(rig, client)).values()].map(({ id }) => id).toSorted();
    const before = await ids();
    const ci = { vaults: ["app"], expiresIn: "2160h", rotateAfter: "60d" };
    await project.configure(
      settings({ vaults: ["data", "app"], tokens: { operator: { rotateAfter: "60d" }, ci } }),
    );
    expectDone(await project.up());
    expect(await listedServer(rig, `${client}-prod`)).toBe(server);
    expect(await ids()).toEqual(before);
    await expectWell();
    await project.configure(settings());
    expectDone(await project.up());
    expect(await ids()).toEqual(before);
    await expectNoChange();
  });

  test("a server renamed in 1Password gets its name back in place", async () => {
    const id = await listedServer(rig, `${client}-prod`);
    await op(rig, ["connect", "server", "edit", id, "--name", "renamed"]);
    expectDone(await project.refresh());
    const run = await project.up();
    expectDone(run);
    expect(changed(run)).toEqual(["update"]);
    expect(await listedServer(rig, `${client}-prod`)).toBe(id);
  });

  test("a vault taken from the server by hand is granted again", async () => {
    const server = await listedServer(rig, `${client}-prod`);
    const vault = (await listedVaults(rig)).get(`${client}-prod-app`) ?? "";
    const words = ["connect", "vault", "revoke", "--server", server, "--vault", vault];
    await execa("op", words, { env: rig.env, extendEnv: false });
    const refreshed = await project.refresh();
    expectDone(refreshed);
    expect(changed(refreshed)).toContain("update");
    expectDone(await project.up());
    expect(await listedServer(rig, `${client}-prod`)).toBe(server);
    await expectWell();
    await expectNoChange();
  });

  test("a token revoked by hand is found out by a refresh and minted anew", async () => {
    const { id = "" } = (await listedTokens(rig, client)).get(`${client}-prod-operator`) ?? {};
    const server = await listedServer(rig, `${client}-prod`);
    await op(rig, ["connect", "token", "delete", id, "--server", server]);
    const refreshed = await project.refresh();
    expectDone(refreshed);
    expect(steps(refreshed.events).join("\n")).toContain("ConnectToken daytwo-prod-operator");
    expectDone(await project.up());
    await expectWell();
    await expectNoChange();
  });

  test("a server deleted by hand is found out by a refresh and minted anew, with its tokens", async () => {
    const server = await listedServer(rig, `${client}-prod`);
    await op(rig, ["connect", "server", "delete", server]);
    expectDone(await project.refresh());
    expectDone(await project.up());
    expect(await listedServer(rig, `${client}-prod`)).not.toBe(server);
    await expectWell();
    await expectNoChange();
  });

  test("a value overwritten in the store is put back by the next up", async () => {
    const [credentials, token] = [stored("credentials"), stored("operator-token")];
    const held = [await storedValue(rig, credentials), await storedValue(rig, token)];
    await putStoredValue(rig, credentials, "{}");
    await putStoredValue(rig, token, "overwritten");
    const preview = await project.preview();
    // Until the server is updated, a preview does not know that its token stays.
    expect(steps(preview.events)).toContain(
      "update pulumi-nodejs:dynamic/opconnect:ConnectServer daytwo-prod-server",
    );
    const run = await project.up();
    expectDone(run);
    expect(changed(run)).toEqual(["update"]);
    expect((await storedValue(rig, credentials)) === held[0]).toBe(true);
    expect((await storedValue(rig, token)) === held[1]).toBe(true);
    await expectNoChange();
  });

  test("a Secret altered or deleted in the cluster is put right after a refresh", async () => {
    const namespace = `${client}-prod-1password`;
    const token = { namespace, name: `${client}-prod-token`, key: "token" };
    const held = await secretValue(rig, token);
    await alterSecret(rig, token, "altered");
    await removeSecret(rig, { namespace, name: `${client}-prod-credentials` });
    const refreshed = await project.refresh();
    expectDone(refreshed);
    expect(changed(refreshed).toSorted()).toEqual(["delete", "update"]);
    const run = await project.up();
    expectDone(run);
    expect((await secretValue(rig, token)) === held).toBe(true);
    await expectWell();
    await expectNoChange();
  });

  test("a refresh where nothing drifted changes nothing, and its state stays the same", async () => {
    expectDone(await project.refresh());
    const refreshed = await project.refresh();
    expectDone(refreshed);
    expect(changed(refreshed)).toEqual([]);
  });

  test("a refresh without op keeps all, and says so in one line", async () => {
    const runner = await withoutOp(rig);
    const words = ["refresh", "--yes", "--skip-preview"];
    const refreshed = await project.pulumi(words, runner);
    expectDone(refreshed);
    expect(changed(refreshed)).toEqual([]);
    const said = refreshed.events.filter(({ diagnosticEvent }) =>
      /op is not available: .* kept as they are known\./.test(diagnosticEvent?.message ?? ""),
    );
    expect(said).toHaveLength(1);
    await expectNoChange();
  });

  test("a destroy that was killed ends when it is run again", async () => {
    const destroying = execa(
      "pulumi",
      ["destroy", "--yes", "--skip-preview", "--non-interactive"],
      { cwd: project.dir, env: rig.env, extendEnv: false, stdin: "ignore", reject: false },
    );
    const before = await activeMinted(rig, client);
    while ((await activeMinted(rig, client)).tokens === before.tokens) await setTimeout(100);
    destroying.kill("SIGKILL");
    await destroying;
    await project.pulumi(["cancel", "--yes"]);
    const again = await project.destroy();
    expectDone(again);
    expect(await activeMinted(rig, client)).toEqual({ servers: 0, tokens: 0 });
    const left = JSON.parse(await project.state()).deployment.resources ?? [];
    expect(left.map(({ type }: { type: string }) => type)).not.toContain(
      "pulumi-nodejs:dynamic/opconnect:ConnectServer",
    );
  });

  test("an up within the recovery window takes the secrets back", async () => {
    expectDone(await project.up());
    await expectWell();
    await expectNoChange();
  });
});
