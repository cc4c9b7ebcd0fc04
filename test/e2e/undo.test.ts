import { injectFailure } from "@opconnect/sandbox";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { rigChart } from "../harness/act/environment-config.ts";
import { createProject, type Project, type Run } from "../harness/act/project.ts";
import { shownVault } from "../harness/act/vault.ts";
import {
  activeMinted,
  listedServer,
  listedTokens,
  listedVaults,
  liveIds,
} from "../harness/look/account.ts";
import { ownSteps } from "../harness/look/engine-events.ts";
import {
  createStoredSecret,
  removeStoredSecret,
  scheduleDeletion,
  storedSettings,
  storedValue,
} from "../harness/look/stored-secrets.ts";
import { rig } from "../harness/rig-lane.ts";
import { sampled } from "../harness/sampled.ts";

function expectDone({ exitCode, output }: Run): void {
  expect(exitCode, output).toBe(0);
}

/** The one live server and the one live token of a client, and what the store holds of them. */
async function lookAt(client: string) {
  const names = [`opconnect/${client}/prod/credentials`, `opconnect/${client}/prod/operator-token`];
  const secrets = names.map(async (name) => {
    const { deletedOn } = await storedSettings(rig, name);
    return { deletedOn, value: deletedOn ? "" : await storedValue(rig, name) };
  });
  return {
    minted: await activeMinted(rig, client),
    server: await listedServer(rig, `${client}-prod`),
    token: (await listedTokens(rig, client)).get(`${client}-prod-operator`)?.id,
    secrets: await Promise.all(secrets),
  };
}

const recoveries = sampled<readonly [string, number]>([
  ["at once", 0],
  ["within seven days", 7],
]);

describe.each(recoveries)("parts whose secrets can be deleted %s", (_, recoveryWindowInDays) => {
  const client = `undo${recoveryWindowInDays}`;
  const title = `${client}-prod-app`;
  const settings = (change: object = {}) => ({
    parts: {
      client,
      environment: "prod",
      vaults: { app: { deleteWithEnvironment: true } },
      store: { recoveryWindowInDays },
    },
    ...change,
  });
  let project: Project;
  let before: Awaited<ReturnType<typeof lookAt>>;
  beforeAll(async () => {
    project = await createProject({
      ...rig,
      name: client,
      program: "rearranged",
      config: settings(),
    });
    expectDone(await project.up());
    before = await lookAt(client);
  });
  afterAll(async () => {
    await project.destroy();
  });

  /** Server, token, secrets and vault are those of before, and nothing is left to be done. */
  async function expectAllKept(): Promise<void> {
    expect(await lookAt(client)).toEqual(before);
    expect((await listedVaults(rig)).has(title)).toBe(true);
    const again = await project.up();
    expectDone(again);
    expect(ownSteps(again.events)).toEqual([]);
  }

  test("a move without aliases that fails, and is taken back, takes nothing", async () => {
    await project.configure(settings({ team: "platform", fails: true }));
    expect((await project.up()).exitCode).not.toBe(0);
    await project.configure(settings());
    expectDone(await project.up());
    await expectAllKept();
  });

  test("a move without aliases takes nothing, there and back", async () => {
    await project.configure(settings({ team: "platform" }));
    expectDone(await project.up());
    await expectAllKept();
    await project.configure(settings());
    expectDone(await project.up());
    await expectAllKept();
  });

  test("what was forgotten and found again goes with the parts, and nothing is left", async () => {
    await project.forget(/dynamic\/opconnect:/);
    expectDone(await project.up());
    await expectAllKept();
    expectDone(await project.destroy());
    expect(await activeMinted(rig, client)).toEqual({ servers: 0, tokens: 0 });
    expect((await listedVaults(rig)).has(title)).toBe(false);
    const name = `opconnect/${client}/prod/credentials`;
    if (recoveryWindowInDays === 0) await expect(storedSettings(rig, name)).rejects.toThrow();
    else expect((await storedSettings(rig, name)).deletedOn).toBeInstanceOf(Date);
  });
});

describe("a vault", () => {
  const client = "halves";
  const title = `${client}-prod-app`;
  const settings = (description: string, role: string) => ({
    parts: {
      client,
      environment: "prod",
      vaults: { app: { description, groups: { "Team Members": role } } },
    },
  });
  const described = async () => {
    const id = (await listedVaults(rig)).get(title) ?? "";
    return (await shownVault(rig, id)).description;
  };
  let project: Project;
  beforeAll(async () => {
    const config = settings("as made", "read");
    project = await createProject({ ...rig, name: client, program: "rearranged", config });
    expectDone(await project.up());
  });
  afterAll(async () => {
    await project.destroy();
  });

  test("whose edit fails half way is as before once the change is taken back", async () => {
    const before = await described();
    await injectFailure(rig.env.OPCONNECT_SANDBOX_HOME ?? "", {
      match: "vault group grant",
      kind: "exit",
      exitCode: 1,
      message: "[ERROR] Cut off.",
    });
    await project.configure(settings("as edited", "read-write"));
    expect((await project.up()).exitCode).not.toBe(0);
    expect(await described()).not.toBe(before);
    await project.configure(settings("as made", "read"));
    const preview = await project.preview();
    expect(ownSteps(preview.events)).toEqual([expect.stringMatching(/^update .*opconnect:Vault /)]);
    expectDone(await project.up());
    expect(await described()).toBe(before);
    expect(ownSteps((await project.up()).events)).toEqual([]);
  });
});

describe("an environment in a cluster", () => {
  const client = "undone";
  const stored = (name: string) => `opconnect/${client}/prod/${name}`;
  const settings = (change: object = {}, revision = 1) => ({
    environment: {
      client,
      environment: "prod",
      vaults: ["app"],
      chart: rigChart(rig),
      store: { recoveryWindowInDays: 7 },
      revision,
    },
    ...change,
  });
  let project: Project;
  let before: Awaited<ReturnType<typeof lookAt>>;
  beforeAll(async () => {
    project = await createProject({
      ...rig,
      name: client,
      program: "rearranged",
      config: settings(),
    });
    expectDone(await project.up());
    before = await lookAt(client);
  });
  afterAll(async () => {
    await project.destroy();
  });

  async function expectNoChange(): Promise<void> {
    const again = await project.up();
    expectDone(again);
    expect(ownSteps(again.events)).toEqual([]);
  }

  test("a move without aliases that fails, and is taken back, takes nothing that is in use", async () => {
    await project.configure(settings({ team: "platform", fails: true }));
    expect((await project.up()).exitCode).not.toBe(0);
    await project.configure(settings());
    expectDone(await project.up());
    expect(await lookAt(client)).toEqual(before);
    await expectNoChange();
  });

  test.each([
    ["before anything is changed", []],
    ["without a preview too", ["--skip-preview"]],
  ])(
    "a move without aliases is refused where what is there is to be taken over, %s: it would be deleted then",
    async (_, words) => {
      const takingOver = {
        PULUMI_K8S_UPSERT_EXISTING_OBJECTS: "true",
        PULUMI_K8S_ENABLE_PATCH_FORCE: "true",
      };
      await project.configure(settings({ team: "platform" }));
      const { exitCode, output } = await project.pulumi(["up", "--yes", ...words], takingOver);
      expect(exitCode, output).not.toBe(0);
      expect(output).toMatch(/is noted as that of .*give it an alias.*\[CLUSTER_STATE_LOST\]/);
      expect(output).not.toMatch(/OnePasswordItem.*created|ConnectServer.*created/);
      expect(await lookAt(client)).toEqual(before);
      await project.configure(settings());
      expectDone(await project.up());
      expect(await lookAt(client)).toEqual(before);
      await expectNoChange();
    },
  );

  test("a secret scheduled for deletion shows in a preview, and up restores it with its value", async () => {
    for (const name of ["credentials", "operator-token"]) await scheduleDeletion(rig, stored(name));
    const preview = await project.preview();
    expectDone(preview);
    expect(preview.output).toContain("scheduled for deletion");
    expect(ownSteps(preview.events)).toEqual(
      expect.arrayContaining([
        "update pulumi-nodejs:dynamic/opconnect:CredentialSecret undone-prod-credentials",
        "update pulumi-nodejs:dynamic/opconnect:CredentialSecret undone-prod-operator",
        "update pulumi-nodejs:dynamic/opconnect:ConnectServer undone-prod-server",
        "update pulumi-nodejs:dynamic/opconnect:ConnectToken undone-prod-operator",
      ]),
    );
    expectDone(await project.up());
    expect(await lookAt(client)).toEqual(before);
    await expectNoChange();
  });

  test("a token whose secret is gone for good shows in a preview, and up mints another", async () => {
    await removeStoredSecret(rig, stored("operator-token"));
    const preview = await project.preview();
    expectDone(preview);
    expect(ownSteps(preview.events)).toEqual(
      expect.arrayContaining([
        "update pulumi-nodejs:dynamic/opconnect:CredentialSecret undone-prod-operator",
        "replace pulumi-nodejs:dynamic/opconnect:ConnectToken undone-prod-operator",
      ]),
    );
    expectDone(await project.up());
    const after = await lookAt(client);
    expect(after.minted).toEqual({ servers: 1, tokens: 1 });
    expect(after.server).toBe(before.server);
    expect(after.token).not.toBe(before.token);
    await expectNoChange();
  });

  test("another secret in the place of ours shows in a preview, and nothing of it is taken", async () => {
    await removeStoredSecret(rig, stored("operator-token"));
    await createStoredSecret(rig, stored("operator-token"), "theirs");
    const preview = await project.preview();
    expectDone(preview);
    expect(ownSteps(preview.events)).toContain(
      "update pulumi-nodejs:dynamic/opconnect:CredentialSecret undone-prod-operator",
    );
    const up = await project.up();
    expect(up.exitCode).not.toBe(0);
    expect(up.output).toContain("opconnect did not store it");
    expect((await storedValue(rig, stored("operator-token"))) === "theirs").toBe(true);
    await removeStoredSecret(rig, stored("operator-token"));
    expectDone(await project.up());
    await expectNoChange();
  });

  test("what the cluster still uses is not revoked by an update of a part, and up ends it", async () => {
    const { server, token, ...others } = await lookAt(client);
    const urn = "urn:pulumi:main::undone::**";
    const expectAlive = async () => {
      expect(await liveIds(rig, client)).toEqual(expect.arrayContaining([server, token]));
    };
    const expectRefused = async (...words: readonly string[]) => {
      const run = await project.up(...words);
      expect(run.exitCode, run.output).not.toBe(0);
      expect(run.output).toContain("[CREDENTIALS_IN_USE]");
      await expectAlive();
    };
    await expectNoChange();
    await project.configure(settings({}, 2));
    await expectRefused("--target", `${urn}ConnectServer::**`);
    await expectRefused("--target", `${urn}ConnectToken::**`);
    // Of what was replaced, the engine deletes nothing then.
    expectDone(await project.up("--exclude", `${urn}ClusterSecret::**`, "--exclude-dependents"));
    await expectAlive();
    expectDone(await project.up());
    const after = await lookAt(client);
    expect(after.minted).toEqual(others.minted);
    expect(after.server).not.toBe(server);
    expect(after.token).not.toBe(token);
    await expectNoChange();
  });

  test("destroy leaves nothing", async () => {
    expectDone(await project.destroy());
    expect(await activeMinted(rig, client)).toEqual({ servers: 0, tokens: 0 });
    expect((await storedSettings(rig, stored("credentials"))).deletedOn).toBeInstanceOf(Date);
  });
});
