import { type Output, output, secret } from "@pulumi/pulumi";
import { expect, test } from "vitest";
import { recordResources } from "../../fixtures/recorder.ts";
import { OnePasswordItem } from "../components/onepassword-item.ts";
import { checkArgs } from "../input/check-args.ts";
import { Vault } from "../resources/vault.ts";
import { type ConnectEnvironmentArgs, environmentSchema } from "./args.ts";
import { ConnectEnvironment } from "./connect-environment.ts";
import { planEnvironment } from "./plan.ts";

const roleArn = "arn:aws:iam::123456789012:role/ci";
const id = "abcdefghijklmnopqrstuvwxyz";

const plain = {
  client: "acme",
  environment: "prod",
  vaults: {
    app: { access: "read-write", groups: { Developers: "read" }, icon: "gears", adopt: true },
    shared: { id },
  },
  items: { db: { namespace: "app", vault: "app", item: "postgres", type: "Opaque" } },
  tokens: { ci: { vaults: { app: "read" }, expiresIn: "90d", rotateAfter: "60d" } },
  consumerPods: [{ namespace: "ci", labels: { app: "ci" } }],
  store: { region: "eu-central-1", readers: [roleArn], replicaRegions: ["eu-west-1"], tags: {} },
  cluster: { kubeconfig: "~/.kube/clients", context: "prod" },
  operator: { watchNamespaces: ["data", "app", "app"] },
  values: { connect: { serviceAccount: { annotations: { role: roleArn } } } },
  adopts: id,
  revision: 2,
} as const satisfies ConnectEnvironmentArgs;

async function record(args: ConnectEnvironmentArgs) {
  const resources = await recordResources(() => new ConnectEnvironment("acme-prod", args));
  return resources.toSorted((a, b) => `${a.type} ${a.name}`.localeCompare(`${b.type} ${b.name}`));
}

test("what names and plan do not depend on may be an Output, and so may each entry of a list", async () => {
  const deferred: ConnectEnvironmentArgs = {
    ...plain,
    vaults: {
      app: {
        access: output("read-write"),
        groups: output({ Developers: output("read") }),
        icon: output("gears"),
        adopt: output(true),
      },
      shared: { id: Promise.resolve(id) },
    },
    items: {
      db: {
        namespace: output("app"),
        vault: "app",
        item: output("postgres"),
        type: output("Opaque"),
      },
    },
    tokens: {
      ci: {
        vaults: { app: output("read") },
        expiresIn: output("90d"),
        rotateAfter: Promise.resolve("60d"),
      },
    },
    consumerPods: [{ namespace: output("ci"), labels: { app: output("ci") } }],
    store: {
      region: output("eu-central-1"),
      readers: [output(roleArn)],
      replicaRegions: output(["eu-west-1"]),
      tags: output({}),
    },
    operator: { watchNamespaces: [output("data"), "app", output("app")] },
    values: { connect: { serviceAccount: { annotations: { role: output(roleArn) } } } },
    adopts: output(id),
    revision: output(2),
  };
  expect(await record(deferred)).toEqual(await record(plain));
  const { watchNamespaces: _, ...operator } = plain.operator;
  const { items } = deferred;
  const watching = output(["app", output("acme-prod-1password")]);
  expect(await record({ ...plain, items, operator })).toEqual(
    await record({ ...plain, operator: { watchNamespaces: watching } }),
  );
  expect(await record({ ...plain, operator: { watchNamespaces: output("all") } })).toEqual(
    await record({ ...plain, operator: { watchNamespaces: "all" } }),
  );
});

// What JavaScript lets pass, and stack configuration that is kept secret.
const plainObject =
  "Pass a plain object or list, and Outputs as those of its parts that may be ones.";
const configuration = "such as `config.require(…)`, which unlike `config.requireSecret(…)` is no";

test.each<[string, object, string]>([
  ["client", { client: output("acme") }, configuration],
  ["environment", { environment: Promise.resolve("prod") }, "`await stackReference.getOutputValue"],
  ["convention", { convention: output({}) }, plainObject],
  ["convention.vault", { convention: { vault: output("{client}") } }, configuration],
  ["vaults", { vaults: output(["app"]) }, plainObject],
  ["vaults[0]", { vaults: [output("app")] }, configuration],
  ["vaults.app", { vaults: { app: output({ icon: "gears" }) } }, plainObject],
  [
    "vaults.app.deleteWithEnvironment",
    { vaults: { app: { deleteWithEnvironment: output(true) } } },
    configuration,
  ],
  ["items", { items: output({}) }, plainObject],
  ["items.db", { items: { db: output({ namespace: "app" }) } }, plainObject],
  ["items.db.vault", { items: { db: { namespace: "app", vault: output("app") } } }, configuration],
  ["items.db.link", { items: { db: { namespace: "app", link: output("") } } }, configuration],
  ["tokens", { tokens: output({}) }, plainObject],
  ["tokens.ci", { tokens: { ci: output({ expiresIn: "90d" }) } }, plainObject],
  ["tokens.ci.vaults", { tokens: { ci: { vaults: output(["app"]) } } }, plainObject],
  ["tokens.ci.vaults[0]", { tokens: { ci: { vaults: [output("app")] } } }, configuration],
  ["store", { store: output({ region: "eu-central-1", tags: {} }) }, plainObject],
  ["store.kind", { store: { kind: output("age-file") } }, configuration],
  ["cluster", { cluster: output({ kubeconfig: "~/.kube/clients" }) }, plainObject],
  ["chart", { chart: output({ version: "2.4.1" }) }, plainObject],
  ["chart.version", { chart: { version: secret("2.4.1") } }, configuration],
  ["chart.path", { chart: { path: output("./chart") } }, configuration],
  ["namespaceOwner", { namespaceOwner: output("platform") }, configuration],
  ["connect", { connect: output({ replicas: 2 }) }, plainObject],
  ["connect.replicas", { connect: { replicas: output(2) } }, configuration],
  [
    "connect.apiResources.limits",
    { connect: { apiResources: { limits: output({}) } } },
    plainObject,
  ],
  ["operator.pollingInterval", { operator: { pollingInterval: output(60) } }, configuration],
  ["values", { values: output({}) }, plainObject],
])("an Output of %s is refused, with the way to a plain value", (field, change, way) => {
  const args = { ...plain, ...change };
  const check = () => checkArgs(environmentSchema, args as ConnectEnvironmentArgs);
  expect(check).toThrow(`\`${field}\` is an Output, or a promise: its value comes too late`);
  expect(check).toThrow(way);
});

test("an Output that hides where opconnect has values of its own is refused", () => {
  const args = {
    ...plain,
    values: { connect: { api: output({}) } },
    connect: { apiResources: {} },
  };
  expect(() => planEnvironment(args)).toThrow(
    "`values.connect.api` is an Output, or a promise: what opconnect sets there could not be added. Pass a plain object",
  );
});

test("arguments that are an Output as a whole are refused", () => {
  expect(() => checkArgs(environmentSchema, output(plain) as never)).toThrow(
    `\`args\` is an Output, or a promise: its value comes too late to plan with. ${plainObject}`,
  );
});

test.each<[object, (args: ConnectEnvironmentArgs) => unknown, string]>([
  [
    { items: { db: { namespace: output("no"), vault: "app", item: "x" } } },
    ({ items }) => items?.db?.namespace,
    '`operator.watchNamespaces` leaves out "no", where `items.db` is.',
  ],
  [
    {
      operator: {},
      items: {
        "acme-prod-token": { namespace: output("acme-prod-1password"), vault: "app", item: "x" },
      },
    },
    ({ items }) => items?.["acme-prod-token"]?.namespace,
    "`items.acme-prod-token` would overwrite the Secret",
  ],
  [
    { store: { readers: [output("me")] } },
    ({ store }) => (store as { readers: [string] }).readers[0],
    '`store.readers[0]` is "me". Pass the ARN of a principal',
  ],
  [
    { store: { readers: output(["me"]) } },
    ({ store }) => (store as { readers?: unknown }).readers,
    '`store.readers[0]` is "me".',
  ],
  [
    { store: { readers: [secret("hunter2")] } },
    ({ store }) => (store as { readers: [string] }).readers[0],
    "`store.readers[0]` is a secret whose value is not possible there. Pass the ARN",
  ],
  [
    { tokens: { ci: { expiresIn: secret("hunter2") } } },
    ({ tokens }) => tokens?.ci?.expiresIn,
    "`tokens.ci.expiresIn` is a secret whose value is not possible there. Pass a time",
  ],
])(
  "an Output is checked when it is known, and shown unless it is secret: %#",
  async (change, find, message) => {
    const failure = await failureOf(find(checkArgs(environmentSchema, { ...plain, ...change })));
    expect(failure).toContain(message);
    expect(failure).not.toContain("hunter2");
  },
);

// biome-ignore lint/suspicious/noExplicitAny: what an Output is made of is not in its type.
async function failureOf(checked: any): Promise<string> {
  const { isKnown, isSecret } = checked;
  await Promise.allSettled([isKnown, isSecret, checked.allResources()]);
  return String(await checked.promise().catch((error: unknown) => error));
}

/** As a program without types has it. */
function nothing(): never {
  return output(undefined) as never;
}

// A key that another stack does not have, as `StackReference.getOutput` gives it: nothing but a
// default would take its place, of which some are another cluster, or all namespaces.
test.each<[string, Partial<ConnectEnvironmentArgs>, (args: ConnectEnvironmentArgs) => unknown]>([
  [
    "operator.watchNamespaces",
    { operator: { watchNamespaces: nothing() } },
    ({ operator }) => operator?.watchNamespaces,
  ],
  ["cluster.context", { cluster: { context: nothing() } }, ({ cluster }) => cluster?.context],
  ["store.region", { store: { region: nothing() } }, ({ store }) => Object(store).region],
  ["store.readers", { store: { readers: nothing() } }, ({ store }) => Object(store).readers],
  [
    "tokens.ci.expiresIn",
    { tokens: { ci: { expiresIn: nothing() } } },
    ({ tokens }) => tokens?.ci?.expiresIn,
  ],
  ["revision", { revision: Promise.resolve(undefined) as never }, ({ revision }) => revision],
])("an Output of %s that has no value is refused", async (field, change, find) => {
  const failure = await failureOf(find(checkArgs(environmentSchema, { ...plain, ...change })));
  expect(failure).toContain(`\`${field}\` is an Output, or a promise, without a value.`);
});

test("TypeScript refuses an Output where a plain value is needed", () => {
  const settings: Output<{ region: string }> = output({ region: "eu-central-1" });
  const refused: Partial<ConnectEnvironmentArgs>[] = [
    // @ts-expect-error
    { client: output("acme") },
    // @ts-expect-error
    { vaults: output(["app"]) },
    // @ts-expect-error
    { vaults: { app: output({ icon: "gears" }) } },
    // @ts-expect-error
    { items: { db: output({ namespace: "app" }) } },
    // @ts-expect-error
    { items: { db: { namespace: "app", vault: output("app") } } },
    // @ts-expect-error
    { tokens: { ci: output({ expiresIn: "90d" }) } },
    // @ts-expect-error: it would have lost its tags.
    { store: settings },
    // @ts-expect-error
    { cluster: output({ kubeconfig: "~/.kube/clients" }) },
    // @ts-expect-error
    { chart: { version: output("2.4.1") } },
    // @ts-expect-error
    { operator: { pollingInterval: output(60) } },
  ];
  expect(refused).toHaveLength(10);
  // @ts-expect-error
  const vault = () => new Vault("app", output({ title: "acme-prod-app" }));
  expect(vault).toThrow("`args` is an Output");
  // @ts-expect-error
  const item = () => new OnePasswordItem("db", output({ namespace: "app", vault: id, item: "x" }));
  expect(item).toBeTypeOf("function");
});
