import { CoreV1Api, KubeConfig } from "@kubernetes/client-node";
import type { ConnectEnvironmentArgs, EnvironmentItem } from "@opconnect/pulumi";
import { startConnect } from "@opconnect/sandbox";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { chartForSuites } from "../harness/act/chart.ts";
import { environmentConfig, rigChart } from "../harness/act/environment-config.ts";
import { oddFields, typeItem, typeOddItem } from "../harness/act/item.ts";
import { opconnect } from "../harness/act/opconnect.ts";
import { createProject, type Project, type Run } from "../harness/act/project.ts";
import { removeDeployment, scaleAndWait } from "../harness/disturb/deployments.ts";
import { deleteItemObject } from "../harness/disturb/item-object.ts";
import { deleteNamespace, namespacePhase } from "../harness/disturb/namespaces.ts";
import { listedServer, listedTokens, listedVaults, op } from "../harness/look/account.ts";
import { removeSecret, secretValue } from "../harness/look/cluster-secret.ts";
import { changes } from "../harness/look/engine-events.ts";
import { itemsIn } from "../harness/look/items.ts";
import { printedJson } from "../harness/look/printed-json.ts";
import { waitForSecret } from "../harness/look/secret-arrival.ts";
import { rig } from "../harness/rig-lane.ts";

const config = new KubeConfig();
config.loadFromFile(rig.kubeconfig);
const core = config.makeApiClient(CoreV1Api);

const client = "itemsday";
const [app, web, own] = [`${client}-app`, `${client}-web`, `${client}-prod-1password`];
const operator = { namespace: own, name: `${client}-prod-connect-operator` };

const watchingAll = { pollingInterval: 2, watchNamespaces: [own, app, web] };

type Items = Readonly<Record<string, EnvironmentItem>>;

const postgres: EnvironmentItem = { namespace: app, vault: "app", item: "postgres" };
const redis: EnvironmentItem = { namespace: web, vault: "app", item: "redis" };
const odd: EnvironmentItem = { namespace: app, vault: "app", item: "odd" };

describe("ordinary changes of items", () => {
  let project: Project;
  const settings = (
    items: Items,
    namespaces: readonly string[] = [app, web],
    change: Partial<ConnectEnvironmentArgs> = {},
  ) => ({ ...environmentConfig(rig, client, { items, ...change }), namespaces });

  beforeAll(async () => {
    project = await createProject({
      ...rig,
      name: client,
      config: settings({ postgres, redis, odd }),
    });
  });
  afterAll(async () => {
    await project.destroy();
  });

  /** The cluster has these items and their Secrets, and no other. */
  async function expectExactly(...places: readonly string[]): Promise<void> {
    for (const place of places) {
      const [namespace = "", name = ""] = place.split("/");
      await waitForSecret(rig, { namespace, name });
    }
    const sorted = [...places].sort();
    const found = () => itemsIn(rig, [app, web, own]);
    await expect.poll(found).toEqual({ objects: sorted, secrets: sorted });
  }

  async function uidOf(name: string, namespace: string): Promise<string | undefined> {
    return (await core.readNamespacedSecret({ namespace, name })).metadata?.uid;
  }

  /** The chart of the tests in another version than the rig's. */
  async function otherChart(version: string) {
    return chartForSuites(rig, version === "2.4.0" ? "2.4.1" : "2.4.0");
  }

  async function expectNoChange(): Promise<void> {
    const again = await project.up();
    expectDone(again);
    expect(Object.keys(changes(again.events)).filter((kind) => kind !== "same")).toEqual([]);
  }

  async function preview(items: Items): Promise<Run> {
    await project.configure(settings(items));
    return project.preview();
  }

  const typed = oddFields();

  test("each item gets its Secret, and a second up changes nothing", async () => {
    expectDone(await project.up());
    const vaultId = (await listedVaults(rig)).get(`${client}-prod-app`) ?? "";
    for (const title of ["postgres", "redis", "queue"]) await typeItem(rig, title, vaultId);
    await typeOddItem(rig, "odd", vaultId, typed);
    await expectExactly(`${app}/odd`, `${app}/postgres`, `${web}/redis`);
    await expectNoChange();
  });

  /** What `opconnect keys` tells of the item, through `op`, or through a Connect server. */
  async function toldKeys(env: NodeJS.ProcessEnv = {}): Promise<readonly string[]> {
    const { version = "" } = rigChart(rig);
    const words = ["keys", `${client}-prod-app/odd`, "--chart", version, "--json"];
    const { exitCode, stdout, stderr } = await opconnect(rig, words, { env });
    expect(exitCode, stderr).toBe(0);
    for (const { value } of typed) expect(value !== "" && stdout.includes(value)).toBe(false);
    return printedJson("keys", stdout).keys;
  }

  /** A Connect server with the environment's own credentials file, and its token. */
  async function startOwnConnect() {
    const stored = (name: string, key: string) =>
      secretValue(rig, { namespace: own, name: `${client}-prod-${name}`, key });
    const file = await stored("credentials", "1password-credentials.json");
    const session = Buffer.from(file).toString("base64");
    const home = rig.env.OPCONNECT_SANDBOX_HOME ?? "";
    const connect = await startConnect({
      env: { OPCONNECT_SANDBOX_HOME: home, OP_SESSION: session, OP_HTTP_PORT: "0" },
    });
    onTestFinished(() => connect.close());
    return { OP_CONNECT_HOST: connect.url, OP_CONNECT_TOKEN: await stored("token", "token") };
  }

  test("the keys of a Secret are those that `opconnect keys` has told", async () => {
    const { keys } = await waitForSecret(rig, { namespace: app, name: "odd" });
    expect(keys).toEqual(["api-key", "one-time-password", "tls.crt", "website"]);
    expect(await toldKeys()).toEqual(keys);
    expect(await toldKeys(await startOwnConnect())).toEqual(keys);
    const has = async (key: string, id: string) =>
      (await secretValue(rig, { namespace: app, name: "odd", key })) ===
      typed.find((field) => field.id === id)?.value;
    expect(await has("api-key", "last")).toBe(true);
    expect(await has("one-time-password", "code")).toBe(true);
  });

  test("an update waits for a Secret with the keys that are needed, and says what there is instead", async () => {
    const ends = async (items: Items) => {
      await project.configure(settings({ postgres, redis, ...items }));
      const { exitCode, output } = await project.up();
      return `${exitCode} ${output}`;
    };
    const late = { namespace: app, vault: "app", item: "late", keys: ["hostname", "password"] };
    const missing = await ends({ late });
    expect(missing).toContain("[CLUSTER_ITEM_NOT_READY]");
    expect(missing).toMatch(/Secret itemsday-app\/late is not there .*no items found/);
    await typeItem(rig, "late", (await listedVaults(rig)).get(`${client}-prod-app`) ?? "");
    expect(await ends({ late })).toMatch(/^0 /);
    const { data = {} } = await core.readNamespacedSecret({ namespace: app, name: "late" });
    expect(Object.keys(data)).toEqual(expect.arrayContaining(late.keys));
    const lacking = await ends({ late: { ...late, keys: ["port"] } });
    expect(lacking).toContain("Secret itemsday-app/late lacks port; it has hostname, ");
    // Another item by the same name: what its Secret had before does not count.
    expect(await ends({ late: { ...late, item: "queue" } })).toMatch(/^0 /);
    const state = await project.state();
    expect(state).toContain("opconnect:ItemSecret");
    for (const value of Object.values(data)) {
      expect(state).not.toContain(Buffer.from(value, "base64").toString());
    }
    expect(await ends({})).toMatch(/^0 /);
    await expectExactly(`${app}/postgres`, `${web}/redis`);
    await expectNoChange();
  });

  test("preview refuses a name whose Secret is another's, or one of our own", async () => {
    await core.createNamespacedSecret({
      namespace: app,
      body: { metadata: { name: "app-config" }, stringData: { theirs: "theirs" } },
    });
    const foreign = await preview({ postgres, redis, "app-config": postgres });
    expect(foreign.exitCode).not.toBe(0);
    expect(foreign.output).toContain("CLUSTER_SECRET_FOREIGN");
    const token = `${client}-prod-token`;
    const ours = await preview({ postgres, redis, [token]: { ...postgres, namespace: own } });
    expect(ours.exitCode).not.toBe(0);
    expect(ours.output).toContain("CONVENTION_COLLISION");
  });

  test("preview refuses a link into a vault that is not the environment's", async () => {
    const id = "a".repeat(26);
    const link = `https://start.1password.com/open/i?a=${id}&v=${id}&i=${id}&h=acme.1password.com`;
    const { exitCode, output } = await preview({ postgres, redis: { namespace: web, link } });
    expect(exitCode).not.toBe(0);
    expect(output).toMatch(/`items.redis.link` leads into the vault a{26}.*SHARE_LINK_FOREIGN/);
  });

  test("the last item of a namespace goes with the namespace, and a Secret is taken over on purpose", async () => {
    const items = { postgres, "app-config": { ...postgres, item: "queue", adopt: true } };
    await project.configure(settings(items, [app]));
    expectDone(await project.up());
    expect(await namespacePhase(rig, web)).toBeUndefined();
    await expectExactly(`${app}/postgres`, `${app}/app-config`);
  });

  test("what was taken over stays, and a rename and a move leave what the program names", async () => {
    await project.configure(settings({ database: { ...postgres, namespace: web } }));
    expectDone(await project.up());
    await expectExactly(`${web}/database`);
    const { metadata, data = {} } = await core.readNamespacedSecret({
      namespace: app,
      name: "app-config",
    });
    expect(Object.keys(metadata?.annotations ?? {})).toEqual([]);
    expect(Object.keys(data)).toContain("password");
    await expectNoChange();
  });

  test("another type shows as a deletion before the replacement, and arrives", async () => {
    const items = { database: { ...postgres, namespace: web, type: "acme.com/database" } };
    const { exitCode, output, events } = await preview(items);
    expect(exitCode, output).toBe(0);
    const type = "pulumi-nodejs:dynamic/opconnect:OnePasswordItem";
    const own = events.flatMap(({ resourcePreEvent }) =>
      resourcePreEvent?.metadata.type === type ? [resourcePreEvent.metadata.op] : [],
    );
    expect(own).toEqual(["delete-replaced", "replace", "create-replacement"]);
    expectDone(await project.up());
    await expectExactly(`${web}/database`);
    const secret = await core.readNamespacedSecret({ namespace: web, name: "database" });
    expect(secret.type).toBe("acme.com/database");
    await expectNoChange();
  });

  test("a move that failed and is taken back leaves the Secret where it was", async () => {
    const database = { ...postgres, namespace: web, type: "acme.com/database" };
    const broken = { ...postgres, namespace: `${client}-nowhere` };
    const items = { database: { ...database, namespace: app }, broken };
    // So that the chart makes nothing in the namespace that is not there.
    await project.configure(settings(items, [app, web], { operator: { watchNamespaces: "all" } }));
    const failed = await project.up();
    expect(failed.exitCode, failed.output).not.toBe(0);
    expect(failed.output).toContain("CLUSTER_NAMESPACE_MISSING");
    await project.configure(settings({ database }));
    expectDone(await project.up());
    await expectExactly(`${web}/database`);
    await expectNoChange();
  });

  test("what was deleted by hand shows in a preview without a refresh, and comes back", async () => {
    const items = { database: { ...postgres, namespace: web }, postgres, redis };
    await project.configure(settings(items));
    expectDone(await project.up());
    await expectExactly(`${app}/postgres`, `${web}/database`, `${web}/redis`);
    await deleteItemObject(rig, { namespace: app, name: "postgres" });
    // An operator that is not through with the item yet makes its Secret once more.
    const withoutSecret = async () => {
      await removeSecret(rig, { namespace: web, name: "redis" }).catch(() => {});
      return itemsIn(rig, [app, web]);
    };
    await expect
      .poll(withoutSecret)
      .toEqual({ objects: [`${web}/database`, `${web}/redis`], secrets: [`${web}/database`] });
    const shown = await project.preview();
    expect(shown.output).toContain("the OnePasswordItem is gone");
    expect(shown.output).toContain("the Secret is gone that the operator has written");
    expectDone(await project.up());
    await expectExactly(`${app}/postgres`, `${web}/database`, `${web}/redis`);
    await expectNoChange();
  });

  test("an item that an earlier release had within a component of its own stays as it is", async () => {
    const uids = () => Promise.all([uidOf("postgres", app), uidOf("redis", web)]);
    const before = await uids();
    await project.rewriteState(withComponentsOfItems);
    const run = await project.up();
    expectDone(run);
    expect(changes(run.events)).toMatchObject({ delete: 3, update: 3 });
    expect(await uids()).toEqual(before);
    expect(await project.state()).not.toContain("opconnect:index:OnePasswordItem");
    await expectNoChange();
  });

  test("an item that the state has lost is adopted, and goes like any other", async () => {
    const before = await uidOf("redis", web);
    await project.forget(/opconnect:OnePasswordItem::.*redis$/);
    expectDone(await project.up());
    expect(await uidOf("redis", web)).toBe(before);
    await expectNoChange();
  });

  test("a revoked token of the operator holds up no deletion", async () => {
    const { id = "" } = (await listedTokens(rig, client)).get(`${client}-prod-operator`) ?? {};
    const server = await listedServer(rig, `${client}-prod`);
    await op(rig, ["connect", "token", "delete", id, "--server", server]);
    await project.configure(settings({ postgres, redis }));
    expectDone(await project.up());
    expect(await itemsIn(rig, [web])).toEqual({
      objects: [`${web}/redis`],
      secrets: [`${web}/redis`],
    });
  });

  test("an operator that is scaled down is done without, and the output says so", async () => {
    await scaleAndWait(rig, operator, 0);
    // As many namespaces as before: with fewer, the operator would be rolled, and so be up again.
    await project.configure(settings({ postgres }, [app, web], { operator: watchingAll }));
    const run = await project.up();
    expectDone(run);
    expect(run.output).toContain(`did not release the OnePasswordItem ${web}/redis`);
    const left = [`${app}/postgres`];
    expect(await itemsIn(rig, [app, web])).toEqual({ objects: left, secrets: left });
  });

  test("a namespace deleted by hand comes free with the next up, which says what is missing", async () => {
    await removeDeployment(rig, operator);
    await deleteNamespace(rig, app);
    const stuck = await project.up();
    expect(stuck.exitCode).not.toBe(0);
    expect(stuck.output).toContain("CLUSTER_NAMESPACE_MISSING");
    await expect.poll(() => namespacePhase(rig, app)).toBeUndefined();
    expectDone(await project.refresh());
    expectDone(await project.up());
    await expectExactly(`${app}/postgres`);
    await expectNoChange();
  });

  test("so does one when the chart changes in the same update, and while it is being deleted", async () => {
    await scaleAndWait(rig, operator, 0);
    await deleteNamespace(rig, app);
    const { version } = rigChart(rig);
    const other = await otherChart(version ?? "");
    await project.configure(settings({ postgres }, [app, web], other));
    const shown = await project.preview();
    expect(shown.exitCode, shown.output).toBe(0);
    expect(shown.output).toContain(
      `The namespace ${app}, which the operator is to watch, is being`,
    );
    const stuck = await project.up();
    expect(stuck.exitCode).not.toBe(0);
    expect(stuck.output).toContain("CLUSTER_NAMESPACE_MISSING");
    // It is refreshed only once the namespace is gone: until then nothing can be made there.
    await expect.poll(() => namespacePhase(rig, app)).toBeUndefined();
    const gone = await project.preview();
    expect(gone.exitCode, gone.output).toBe(0);
    expect(gone.output).toContain(`The namespace ${app}, which the operator watches, is gone`);
    expectDone(await project.up("--refresh"));
    await expectExactly(`${app}/postgres`);
    await expectNoChange();
  });

  test("destroy ends without an operator too, and leaves nothing", async () => {
    await removeDeployment(rig, operator);
    expectDone(await project.destroy());
    expect(await itemsIn(rig, [app, web, own])).toEqual({ objects: [], secrets: [] });
    expect(await listedTokens(rig, client)).toEqual(new Map());
  });
});

function expectDone({ exitCode, output }: Run): void {
  expect(exitCode, output).toBe(0);
}

/** A state as earlier releases left it: around each item a component of the item's name. */
function withComponentsOfItems(text: string): string {
  const state: { deployment: { resources: readonly StateResource[] } } = JSON.parse(text);
  const object = /\$(pulumi-nodejs:dynamic\/opconnect:OnePasswordItem)::/;
  const type = "opconnect:index:OnePasswordItem";
  const resources = state.deployment.resources.flatMap((resource): StateResource[] => {
    if (!object.test(resource.urn)) return [resource];
    const { parent = "" } = resource;
    const urn = resource.urn.replace(object, () => `$${type}::`);
    return [
      { urn, type, custom: false, parent },
      { ...resource, parent: urn },
    ];
  });
  const former = JSON.stringify({ ...state, deployment: { ...state.deployment, resources } });
  return former.replaceAll(new RegExp(object, "g"), (_, own) => `$${type}$${own}::`);
}

interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly custom: boolean;
  readonly parent?: string;
}
