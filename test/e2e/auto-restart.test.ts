import { AppsV1Api, CoreV1Api, KubeConfig } from "@kubernetes/client-node";
import type { EnvironmentItem, OperatorArgs } from "@opconnect/pulumi";
import { afterAll, beforeAll, expect, test } from "vitest";
import { environmentConfig } from "../harness/act/environment-config.ts";
import { editItem, typeItem } from "../harness/act/item.ts";
import { createProject, type Project } from "../harness/act/project.ts";
import { listedVaults } from "../harness/look/account.ts";
import { type ArrivedSecret, waitForSecret } from "../harness/look/secret-arrival.ts";
import { rig } from "../harness/rig-lane.ts";
import { sampled } from "../harness/sampled.ts";

const config = new KubeConfig();
config.loadFromFile(rig.kubeconfig);
const core = config.makeApiClient(CoreV1Api);
const apps = config.makeApiClient(AppsV1Api);

const client = "levels";
const [app, web] = [`${client}-app`, `${client}-web`];
const postgres = (namespace: string): EnvironmentItem => ({
  ...{ namespace, vault: "app", item: "postgres" },
});

let project: Project;
let vaultId = "";
beforeAll(async () => {
  const settings = environmentConfig(rig, client);
  project = await createProject({ ...rig, name: client, program: "restarted", config: settings });
  await settle({}, {}, {});
  vaultId = (await listedVaults(rig)).get(`${client}-prod-app`) ?? "";
  await typeItem(rig, "postgres", vaultId);
  await Promise.all([app, web].map((each) => secretIn(each)));
});
afterAll(async () => {
  await project.destroy();
});

/** What a level says: an item by its Secret's name, a Deployment by `namespace/name`. */
interface Said {
  readonly operator?: Pick<OperatorArgs, "autoRestart" | "autoRestartIn">;
  readonly items?: Readonly<Record<string, boolean>>;
  readonly deployments?: Readonly<Record<string, boolean>>;
}

const secretIn = (namespace: string, before?: ArrivedSecret) =>
  waitForSecret(rig, { namespace, name: namespace }, before && { before });

/** Both namespaces have an item and two Deployments that use its Secret. */
async function settle(
  operator: Said["operator"],
  items: Said["items"] = {},
  deployments: Said["deployments"] = {},
): Promise<void> {
  const settings = environmentConfig(rig, client, {
    operator: { pollingInterval: 2, ...operator },
    items: Object.fromEntries(
      [app, web].map((each) => {
        const { [each]: autoRestart } = items;
        return [each, { ...postgres(each), ...(autoRestart !== undefined && { autoRestart }) }];
      }),
    ),
  });
  const consumers = [app, web].flatMap((namespace) =>
    ["one", "two"].map((name) => ({
      ...{ namespace, name, secret: namespace },
      autoRestart: deployments[`${namespace}/${name}`],
    })),
  );
  await project.configure({ ...settings, namespaces: [app, web], consumers });
  const { exitCode, output } = await project.up();
  expect(exitCode, output).toBe(0);
}

const levels = sampled<[string, Said, readonly string[]]>([
  ["nobody says anything, none", {}, []],
  [
    "the operator says so, all",
    { operator: { autoRestart: true } },
    [`${app}/one`, `${app}/two`, `${web}/one`, `${web}/two`],
  ],
  [
    "a namespace says so, those in it",
    { operator: { autoRestartIn: { [web]: true } } },
    [`${web}/one`, `${web}/two`],
  ],
  [
    "a namespace says no to what the operator says, the others",
    { operator: { autoRestart: true, autoRestartIn: { [web]: false } } },
    [`${app}/one`, `${app}/two`],
  ],
  ["a Deployment says so, it alone", { deployments: { [`${app}/two`]: true } }, [`${app}/two`]],
  [
    "a Deployment says no to what its namespace says, the other",
    { operator: { autoRestartIn: { [app]: true } }, deployments: { [`${app}/one`]: false } },
    [`${app}/two`],
  ],
  [
    "an item says so, all that use its Secret, whatever they say themselves",
    { items: { [app]: true }, deployments: { [`${app}/one`]: false } },
    [`${app}/one`, `${app}/two`],
  ],
  [
    "an item says no, none that use its Secret",
    {
      operator: { autoRestart: true },
      items: { [app]: false, [web]: false },
      deployments: { [`${app}/one`]: true },
    },
    [],
  ],
]);

test.each(levels)(
  "where %s are restarted by an edit",
  async (_, { operator, items, deployments }, restarted) => {
    await settle(operator, items, deployments);
    // What an item says counts once its Secret has it.
    const told = { ...{ [app]: undefined, [web]: undefined }, ...items };
    for (const [namespace, said] of Object.entries(told)) {
      await expect.poll(() => noteOnSecret(namespace)).toBe(said?.toString());
    }
    const before = await restarts();
    const arrived = await Promise.all([app, web].map((each) => secretIn(each)));
    await editItem(rig, "postgres", vaultId);
    await Promise.all([app, web].map((each, at) => secretIn(each, arrived[at])));
    const changed = async () => {
      const now = await restarts();
      return [...now].flatMap(([name, at]) => (at === before.get(name) ? [] : [name])).sort();
    };
    await expect.poll(changed).toEqual(restarted);
    // Those that are not: a poll later, still.
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    expect(await changed()).toEqual(restarted);
  },
);

test("a namespace keeps what others have written on it, and loses the word with the argument", async () => {
  await settle({ autoRestartIn: { [app]: true } });
  const annotations = async () =>
    (await core.readNamespace({ name: app })).metadata?.annotations ?? {};
  expect(await annotations()).toMatchObject({ [note]: "true", team: "theirs" });
  await settle({});
  expect(await annotations()).toMatchObject({ team: "theirs" });
  expect(await annotations()).not.toHaveProperty([note]);
});

const note = "operator.1password.io/auto-restart";

async function noteOnSecret(namespace: string): Promise<string | undefined> {
  const { metadata } = await core.readNamespacedSecret({ namespace, name: namespace });
  return metadata?.annotations?.[note];
}

/** When each Deployment was restarted. */
async function restarts(): Promise<ReadonlyMap<string, string | undefined>> {
  const lists = await Promise.all(
    [app, web].map((namespace) => apps.listNamespacedDeployment({ namespace })),
  );
  return new Map(
    lists
      .flatMap(({ items }) => items)
      .map(({ metadata, spec }) => [
        `${metadata?.namespace}/${metadata?.name}`,
        spec?.template.metadata?.annotations?.["operator.1password.io/last-restarted"],
      ]),
  );
}
