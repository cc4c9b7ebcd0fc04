import { join } from "node:path";
import type { StoreArgs, VaultOptions } from "@opconnect/pulumi";
import { addPerson, listSecrets } from "@opconnect/sandbox";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { environmentConfig } from "../harness/act/environment-config.ts";
import { typeItem } from "../harness/act/item.ts";
import { createProject, type Project, type Run } from "../harness/act/project.ts";
import { createVaultByHand, shownItems, shownVault } from "../harness/act/vault.ts";
import { listedServer, listedTokens, listedVaults, op } from "../harness/look/account.ts";
import { ownSteps } from "../harness/look/engine-events.ts";
import { storedSettings } from "../harness/look/stored-secrets.ts";
import { rig } from "../harness/rig-lane.ts";
import { scanFolder } from "../harness/secret-scan/scan-folder.ts";
import { secretTraces } from "../harness/secret-scan/secret-traces.ts";
import { createTraceFinder } from "../harness/secret-scan/trace-finder.ts";

const home = rig.env.OPCONNECT_SANDBOX_HOME ?? "";
const client = "vaults";
const titled = (key: string) => `${client}-prod-${key}`;
const stored = ["credentials", "operator-token"].map((name) => `opconnect/${client}/prod/${name}`);

/** What an account of the type Business lists for each role. */
const read = ["view_items", "view_and_copy_passwords", "view_item_history"];
const readWrite = [
  ...read,
  ...["create_items", "edit_items", "archive_items", "delete_items", "import_items"],
  ...["export_items", "copy_and_share_items", "print_items"],
];
const manage = [...readWrite, "manage_vault"];
const [mia, noa, tom] = ["mia@vaults.example", "noa@vaults.example", "tom@vaults.example"] as const;

describe("the vaults of an environment", () => {
  let project: Project;
  let secretsBefore: ReadonlySet<string>;
  /** The vaults made by hand: one of the title that the environment gives, one of another. */
  let byHand: { readonly data: string; readonly shared: string };
  let untouched: Awaited<ReturnType<typeof itemsByHand>>;
  let minted: readonly string[];
  /** What all runs printed. */
  const printed: string[] = [];

  const first = (): Record<string, VaultOptions> => ({
    app: {
      description: "Secrets of the shop",
      icon: "gears",
      groups: {
        "Team Members": "read",
        "Secrets Automation Managers": "read-write",
        Administrators: "manage",
      },
      users: { [mia]: "read", [noa]: "read-write", [tom]: "manage" },
    },
    data: { adopt: true },
    shared: { id: byHand.shared },
    empty: { groups: { Administrators: "read" } },
    full: {},
    scratch: { deleteWithEnvironment: true },
    kept: {},
  });
  const second = (): Record<string, VaultOptions> => ({
    ...first(),
    app: {
      description: "Secrets of the web shop",
      icon: "lock",
      groups: { "Team Members": "read-write", Administrators: "read" },
      users: { [mia]: "manage", [tom]: "read" },
    },
  });
  const third = (): Record<string, VaultOptions> => ({
    ...second(),
    empty: { ...first().empty, deleteWithEnvironment: true },
    full: { deleteWithEnvironment: true },
    scratch: { deleteWithEnvironment: "even-if-not-empty" },
  });
  const configured = (vaults: Record<string, VaultOptions>, store: StoreArgs = {}) =>
    environmentConfig(rig, client, { vaults, items: {}, store });

  beforeAll(async () => {
    secretsBefore = new Set(await listSecrets(home));
    for (const email of [mia, noa, tom]) await addPerson(home, { name: email, email });
    const data = await createVaultByHand(rig, titled("data"));
    byHand = { data, shared: await createVaultByHand(rig, "Of everybody") };
    untouched = await itemsByHand();
    project = await createProject({ ...rig, name: client, config: configured(first()) });
    await run(project.up());
    minted = await listMinted();
  });
  afterAll(async () => {
    await project.destroy();
  });

  async function run(running: Promise<Run>): Promise<Run> {
    const done = await running;
    expect(done.exitCode, done.output).toBe(0);
    printed.push(done.output);
    return done;
  }

  /** A preview and the up after it, which do as announced and nothing else. */
  async function expectSteps(expected: readonly string[]): Promise<void> {
    expect(ownSteps((await run(project.preview())).events)).toEqual(expected);
    expect(ownSteps((await run(project.up())).events)).toEqual(expected);
    expect(await listMinted()).toEqual(minted);
  }

  async function vault(key: string) {
    return shownVault(rig, (await listedVaults(rig)).get(titled(key)) ?? "");
  }

  async function itemsByHand() {
    return [await shownItems(rig, byHand.data), await shownItems(rig, byHand.shared)];
  }

  test("groups and people get the permissions of their roles, and others keep theirs", async () => {
    const { groups, users } = await vault("app");
    expect(groups).toEqual({
      Owners: ["manage_vault"],
      "Team Members": read,
      "Secrets Automation Managers": readWrite,
      Administrators: manage,
    });
    const { email } = z.object({ email: z.string() }).parse(await op(rig, ["user", "get", "--me"]));
    expect(users).toEqual({ [email]: manage, [mia]: read, [noa]: readWrite, [tom]: manage });
  });

  test("a role takes away what 1Password gives to administrators by itself", async () => {
    expect((await vault("kept")).groups).toMatchObject({ Administrators: ["manage_vault"] });
    expect((await vault("empty")).groups).toMatchObject({ Administrators: read });
  });

  test("description and icon arrive", async () => {
    expect(await vault("app")).toMatchObject({
      description: "Secrets of the shop · opconnect:vaults/prod/app",
      icon: "gears",
    });
  });

  test("vaults made by hand are used by exact title and by id, with their items", async () => {
    const data = { id: byHand.data, description: "by hand · opconnect:vaults/prod/data" };
    expect(await vault("data")).toMatchObject(data);
    expect(await shownVault(rig, byHand.shared)).toMatchObject({ description: "by hand" });
    const { vaults = [] } = (await listedTokens(rig, client)).get(titled("operator")) ?? {};
    const covered = vaults.map(({ id }) => id.toLowerCase());
    expect(covered).toHaveLength(Object.keys(first()).length);
    expect(covered).toEqual(expect.arrayContaining(Object.values(byHand)));
    expect(await itemsByHand()).toEqual(untouched);
  });

  test("all is as it was told: neither a refresh nor an up changes anything", async () => {
    expect(ownSteps((await run(project.refresh())).events)).toEqual([]);
    await expectSteps([]);
  });

  test("other roles, another description and icon change the vault alone, in place", async () => {
    const { id } = await vault("app");
    await project.configure(configured(second()));
    await expectSteps([changeOf("Vault", "app")]);
    expect(await vault("app")).toMatchObject({
      id,
      description: "Secrets of the web shop · opconnect:vaults/prod/app",
      icon: "lock",
      groups: { "Team Members": readWrite, Administrators: read, Owners: ["manage_vault"] },
      users: { [mia]: manage, [tom]: read },
    });
  });

  test("who is no longer named has no access any more", async () => {
    const { groups, users } = await vault("app");
    expect(Object.keys(groups)).not.toContain("Secrets Automation Managers");
    expect(Object.keys(users)).not.toContain(noa);
  });

  test("what shall become of a vault can be said later, and replaces nothing", async () => {
    await project.configure(configured(third()));
    await expectSteps([changeOf("Vault", "scratch")]);
  });

  test("readers and replica regions reach the secrets, and replace nothing", async () => {
    const reader = "arn:aws:iam::123456789012:role/reader";
    const replicaRegions = ["us-east-1", "us-west-2"];
    await project.configure(configured(third(), { readers: [reader], replicaRegions }));
    const both = ["credentials", "operator"].map((name) => changeOf("CredentialSecret", name));
    await expectSteps(both);
    for (const name of stored) {
      const { policy, replicas } = await storedSettings(rig, name);
      expect(replicas).toEqual(replicaRegions);
      const others = { ArnNotLike: { "aws:PrincipalArn": expect.arrayContaining([reader]) } };
      const denied = { Effect: "Deny", Action: "secretsmanager:GetSecretValue", Condition: others };
      expect(policy).toMatchObject({ Statement: [denied] });
    }
    const fewer = { recoveryWindowInDays: 7, replicaRegions: ["us-east-1"] };
    await project.configure(configured(third(), fewer));
    await expectSteps(both);
    for (const name of stored) {
      const settings = { policy: undefined, replicas: fewer.replicaRegions };
      expect(await storedSettings(rig, name)).toMatchObject(settings);
    }
  });

  test("a destroy deletes the vaults it was told to, and says which one it kept", async () => {
    const before = await listedVaults(rig);
    const full = before.get(titled("full")) ?? "";
    await typeItem(rig, "postgres", full);
    await typeItem(rig, "postgres", before.get(titled("scratch")) ?? "");
    const { output } = await run(project.destroy());
    expect(output).toContain(`The vault "${titled("full")}" (${full}) is kept: it holds 1 item.`);
    expect(new Set(output.match(/The vault .* is kept/g)).size).toBe(1);
    const after = await listedVaults(rig);
    const gone = [...before.keys()].filter((title) => !after.has(title));
    expect(gone.sort()).toEqual([titled("empty"), titled("scratch")]);
    expect(await itemsByHand()).toEqual(untouched);
    expect(Object.keys(await shownItems(rig, full))).toHaveLength(1);
  });

  test("a destroy leaves the secrets restorable for the days it was told", async () => {
    for (const name of stored) {
      const { deletedOn, replicas } = await storedSettings(rig, name);
      expect(replicas).toEqual([]);
      const days = ((deletedOn?.getTime() ?? 0) - Date.now()) / 86_400_000;
      expect(days).toBeCloseTo(7, 1);
    }
  });

  test("no secret was printed, and none lies in the project or the state", async () => {
    const produced = (await listSecrets(home)).filter((secret) => !secretsBefore.has(secret));
    const holdsSecret = createTraceFinder(secretTraces(produced));
    expect(produced.length).toBeGreaterThan(5);
    expect(printed.filter(holdsSecret).length).toBe(0);
    expect(scanFolder(project.dir, holdsSecret)).toEqual([]);
    expect(scanFolder(join(rig.dir, "pulumi-state"), holdsSecret)).toEqual([]);
  });
});

function changeOf(type: string, name: string): string {
  return `update pulumi-nodejs:dynamic/opconnect:${type} ${titled(name)}`;
}

/** Ids of the Connect server and its token. */
async function listMinted(): Promise<readonly string[]> {
  const tokens = [...(await listedTokens(rig, client)).values()].map(({ id }) => id);
  return [await listedServer(rig, `${client}-prod`), ...tokens.sort()];
}
