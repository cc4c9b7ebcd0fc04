import { output } from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import { checkArgs } from "../input/check-args.ts";
import { type ConnectEnvironmentArgs, environmentSchema } from "./args.ts";

// What stack configuration may hold: no compiler has seen it.

const base = '"client":"acme","environment":"prod"';
const id = "abcdefghijklmnopqrstuvwxyz";
const item = '{"namespace":"app","vault":"app","item":"postgres"}';

function refusal(fields: string): string {
  try {
    checkArgs(environmentSchema, JSON.parse(`{${base},${fields}}`));
    return "";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const vaults = '"vaults":["app"]';
const items = (key: string, value = item) => `${vaults},"items":{${JSON.stringify(key)}:${value}}`;
const tokens = (value: string) => `${vaults},"tokens":{"ci":${value}}`;
const operator = (value: string) => `${vaults},"operator":${value}`;
const connect = (value: string) => `${vaults},"connect":${value}`;
const values = (value: unknown) => `${vaults},"values":${JSON.stringify(value)}`;

describe("a mistake is refused, with the field, what is allowed and what was meant", () => {
  test.each<[string, string]>([
    [items("Postgres_DB"), "`items.Postgres_DB` has a name that is not possible. Use the name of"],
    [items("app/postgres"), '`items["app/postgres"]` has a name'],
    [items("x".repeat(300)), '`items["xxxx'],
    [items(""), '`items[""]` has a name'],
    [
      items("db", '{"namespace":"Gam App","vault":"app","item":"x"}'),
      '`items.db.namespace` is "Gam App". Pass the name of a namespace: lower-case',
    ],
    [items("db", '{"namespace":"","vault":"app","item":"x"}'), '`items.db.namespace` is "".'],
    [items("db", '{"vault":"app","item":"x"}'), "`items.db.namespace` is missing."],
    [items("db", '{"namespace":"app","vault":"app","item":""}'), '`items.db.item` is "".'],
    [
      items("db", '{"namespace":"app","vault":"app","item":"x","name":"y"}'),
      "`items.db.name` is no field that there is. Use `",
    ],
    [
      items("db", '{"namespace":"app","vault":"app","item":"x","adopt":"true"}'),
      '`items.db.adopt` is "true". Pass true or false.',
    ],
    [items("db", '{"namespace":"app","link":7}'), "`items.db.link` is 7. Pass a link"],
    [items("db", '{"namespace":"app","vault":"app","item":"x","type":"a b"}'), "`items.db.type`"],
    [
      items("db", '{"namespace":"app","vault":"app","item":"x","type":"kubernetes.io/tsl"}'),
      'Did you mean "kubernetes.io/tls"?',
    ],
    [
      items("db", '{"namespace":"app","vault":"app","item":"x","type":"opaque"}'),
      'Did you mean "Opaque"?',
    ],
    [
      items("db", '{"namespace":"app","vault":"app","item":"x","keys":"password"}'),
      '`items.db.keys` is "password". Pass a list of keys',
    ],
    [
      items("db", '{"namespace":"app","vault":"app","item":"x","keys":["db password!"]}'),
      "`items.db.keys[0]` is no key of a Secret. Write `db-password`: that is what the operator",
    ],
    [
      items("db", '{"namespace":"app","vault":"app","item":"x","keys":["🔑"]}'),
      "`items.db.keys[0]` is no key of a Secret. No field of this label becomes a key",
    ],
    [items("db", '"postgres"'), '`items.db` is "postgres". Pass an object'],
    [items("db", "null"), "`items.db` is null. Pass an object"],
    [`${vaults},"items":["db"]`, "`items` is a list. Pass items by"],
    ['"vaults":"app"', '`vaults` is "app". Pass a list of keys of vaults, or an object'],
    ['"vaults":[]', "`vaults` is empty."],
    ['"vaults":{}', "`vaults` is empty."],
    ['"vaults":{"app":null}', "`vaults.app` is null. Pass an object"],
    ['"vaults":["app",7]', "`vaults[1]` is 7."],
    [
      '"vaults":["app","app"]',
      '`vaults` names the key "app" twice. Name each once. [VAULT_KEY_DUPLICATE]',
    ],
    ['"vaults":["My App"]', "[CONVENTION_VALUE]"],
    ['"operator":{}', "`vaults` is missing."],
    [
      '"vaults":{"app":{"access":"readwrite"}}',
      '`vaults.app.access` is "readwrite". Pass one of "read", "read-write". Did you mean "read-write"?',
    ],
    [
      '"vaults":{"app":{"access":{"toString":1}}}',
      '`vaults.app.access` is an object. Pass one of "read", "read-write".',
    ],
    [
      '"vaults":{"app":{"acess":"read"}}',
      '`vaults.app.acess` is no field that there is. Use `description`, `adopt`, `icon`, `groups`, `users`, `deleteWithEnvironment`, `id`, `access`. Did you mean "access"?',
    ],
    ['"vaults":{"app":{"id":"short"}}', '`vaults.app.id` is "short". Pass the vault\'s id'],
    [
      '"vaults":{"app":{"groups":{"Developers":"owner"}}}',
      '`vaults.app.groups.Developers` is "owner".',
    ],
    ['"vaults":{"app":{"groups":["Developers"]}}', "`vaults.app.groups` is a list."],
    [
      '"vaults":{"app":{"deleteWithEnvironment":"yes"}}',
      '`vaults.app.deleteWithEnvironment` is "yes". Pass true (without quotes), false, or "even-if-not-empty".',
    ],
    [
      '"vaults":{"app":{"deleteWithEnvironment":1}}',
      '`vaults.app.deleteWithEnvironment` is 1. Pass true (without quotes), false, or "even-if-not-empty".',
    ],
    [`"vaults":{"app":{"id":"${id}","icon":"gears"}}`, "`vaults.app` has both `id` and `icon`."],
    [
      `"vaults":{"a":{"id":"${id}"},"b":{"id":"${id.toUpperCase()}"}}`,
      '`vaults` names one vault by the keys "a" and "b".',
    ],
    [
      tokens('{"rotateafter":"90d"}'),
      '`tokens.ci.rotateafter` is no field that there is. Use `vaults`, `expiresIn`, `rotateAfter`. Did you mean "rotateAfter"?',
    ],
    [tokens('{"vaults":[]}'), "`tokens.ci.vaults` is empty."],
    [tokens('{"vaults":"app"}'), '`tokens.ci.vaults` is "app".'],
    [tokens('{"vaults":["app","app"]}'), "VAULT_KEY_DUPLICATE"],
    [tokens('{"vaults":{"app":"write"}}'), '`tokens.ci.vaults.app` is "write".'],
    [`${vaults},"tokens":["ci"]`, "`tokens` is a list. Pass tokens by consumer."],
    ...["100000w", "0d", "-1d", "1.5h", "90", "", " 90d", "90D"].map((life): [string, string] => [
      tokens(`{"expiresIn":"${life}"}`),
      "`tokens.ci.expiresIn`: `expiresIn` is",
    ]),
    ...["90", "null", "1e9"].map((life): [string, string] => [
      tokens(`{"rotateAfter":${life}}`),
      "`tokens.ci.rotateAfter` is",
    ]),
    [operator('{"wachNamespaces":["app"]}'), 'Did you mean "watchNamespaces"?'],
    [operator('{"autoRestart":"yes"}'), '`operator.autoRestart` is "yes". Pass true or false.'],
    [operator('{"autoRestartIn":{"app":"yes"}}'), '`operator.autoRestartIn.app` is "yes". Pass'],
    [operator('{"autoRestartIn":["app"]}'), "`operator.autoRestartIn` is a list. Pass true or"],
    [operator('{"autoRestartIn":{"A":true}}'), "`operator.autoRestartIn.A` has a name that is not"],
    [operator('{"autorestartIn":{"app":true}}'), 'Did you mean "autoRestartIn"?'],
    [
      `${items("db")},"operator":{"autoRestartIn":{"ap":true}}`,
      '`operator.autoRestartIn.ap` is about a namespace that the operator does not watch: that is acme-prod-1password, app. Name one of these, or add it to `operator.watchNamespaces`. Did you mean "app"?',
    ],
    [
      operator('{"watchNamespaces":["web"],"autoRestartIn":{"app":true}}'),
      "`operator.autoRestartIn.app` is about a namespace that the operator does not watch: that is web.",
    ],
    [
      items("db", '{"namespace":"app","vault":"app","item":"x","autoRestart":"no"}'),
      '`items.db.autoRestart` is "no". Pass true or false.',
    ],
    ...["0", "-1", "1.5", '"60"', "604801", "3600000", "1e99", "null"].map(
      (interval): [string, string] => [
        operator(`{"pollingInterval":${interval}}`),
        "Pass a whole number from 1 to 604800.",
      ],
    ),
    ...["-1", "0.5", '"2"', "1001"].map((pods): [string, string] => [
      operator(`{"replicas":${pods}}`),
      "Pass a whole number from 0 to 1000.",
    ]),
    [
      operator('{"watchNamespaces":[]}'),
      "`operator.watchNamespaces` is empty, which the chart takes for all",
    ],
    [
      operator('{"watchNamespaces":"app"}'),
      '`operator.watchNamespaces` is "app". Pass a list of namespaces, such as ["app"], or "all" for those of the whole cluster.',
    ],
    [operator('{"watchNamespaces":"All"}'), 'Did you mean "all"?'],
    [operator('{"watchNamespaces":["*"]}'), '`operator.watchNamespaces[0]` is "*".'],
    [operator('{"watchNamespaces":[""]}'), '`operator.watchNamespaces[0]` is "".'],
    [operator('{"watchNamespaces":[2024]}'), "`operator.watchNamespaces[0]` is 2024."],
    [operator('{"watchNamespaces":{"app":true}}'), "`operator.watchNamespaces` is an object."],
    [
      `${items("db")},"operator":{"watchNamespaces":["data"]}`,
      '`operator.watchNamespaces` leaves out "app", where `items.db` is.',
    ],
    [operator('{"resources":"256Mi"}'), "`operator.resources` is"],
    [
      connect('{"apiResources":"256Mi"}'),
      '`connect.apiResources` is "256Mi". Pass an object with any of requests, limits.',
    ],
    [
      connect('{"apiResources":{"limits":{"memory":"256 MB"}}}'),
      '`connect.apiResources.limits.memory` is "256 MB". Pass a quantity',
    ],
    [
      connect('{"apiResources":{"limits":{"memory":256}}}'),
      "`connect.apiResources.limits.memory` is 256.",
    ],
    [
      connect('{"apiResources":{"limits":{"memory":"256m"}}}'),
      '`connect.apiResources.limits.memory` is "256m". Pass a whole amount, of bytes e.g. "256Mi".',
    ],
    [
      connect('{"apiResources":{"requests":{"cpu":"256Mi"}}}'),
      '`connect.apiResources.requests.cpu` is "256Mi". Pass an amount of cores, e.g. "100m" or "2".',
    ],
    [
      connect('{"syncResources":{"limits":{"ram":"1Gi"}}}'),
      "`connect.syncResources.limits.ram` has a name",
    ],
    [connect('{"replica":2}'), 'Did you mean "replicas"?'],
    [`${vaults},"revision":0`, "`revision` is 0. Pass a whole number from 1"],
    [`${vaults},"revision":1.5`, "`revision` is 1.5."],
    [`${vaults},"revision":"2"`, '`revision` is "2".'],
    [`${vaults},"adopts":"acme-prod"`, "`adopts` is"],
    [`${vaults},"namespaceOwner":"Platform"`, 'Did you mean "platform"?'],
    [`${vaults},"chart":"2.4.1"`, '`chart` is "2.4.1". Pass an object'],
    [`${vaults},"chart":{"version":2.4}`, "`chart.version` is 2.4. Pass all three numbers"],
    [`${vaults},"chart":{"version":"1.9.9"}`, "[CHART_VERSION_UNSUPPORTED]"],
    [`${vaults},"chart":{"path":""}`, '`chart.path` is "".'],
    [`${vaults},"convention":{"vaults":"{client}"}`, 'Did you mean "vault"?'],
    [`${vaults},"convention":{"vault":7}`, "`convention.vault` is 7."],
    [`${vaults},"store":"secrets-manager"`, "`store` is"],
    [
      `${vaults},"store":{"kind":"vault"}`,
      '`store.kind` is "vault". Pass one of "secrets-manager", "age-file".',
    ],
    [`${vaults},"store":{"regoin":"eu-central-1"}`, 'Did you mean "region"?'],
    [`${vaults},"store":{"recoveryWindowInDays":"30"}`, "`store.recoveryWindowInDays` is"],
    [`${vaults},"store":{"kind":"age-file"}`, "`store.folder` is missing."],
    [`${vaults},"cluster":"prod"`, '`cluster` is "prod".'],
    [`${vaults},"cluster":{"kubeconfig":{}}`, "`cluster.kubeconfig` is an object."],
    [`${vaults},"clutser":{}`, 'Did you mean "cluster"?'],
    [`${vaults},"__proto__":{"revision":2}`, "`__proto__` is no field"],
    [operator('{"__proto__":{"watchNamespaces":"all"}}'), "`operator.__proto__` is no field"],
    ['"vaults":{"__proto__":{"access":"read-write"}}', "`vaults.__proto__` is no field"],
    [operator('{"constructor":1}'), "`operator.constructor` is no field"],
    [`${vaults},"toString":1`, "`toString` is no field"],
    [values([]), "`values` is a list."],
  ])("%s", (fields, message) => {
    expect(refusal(fields)).toContain(message);
    expect(refusal(fields)).toMatch(/ \[[A-Z_]+\]$/);
  });
});

test.each([
  "",
  '"client":null',
  '"client":"","environment":"prod"',
  '"client":7,"environment":"prod"',
])("an environment without a name is refused: {%s}", (fields) => {
  expect(() => checkArgs(environmentSchema, JSON.parse(`{${fields}}`))).toThrow("`client`");
});

test.each([undefined, null, "acme", 7, []])("%j is no arguments", (args) => {
  expect(() => checkArgs(environmentSchema, args as never)).toThrow("`args` is");
});

test.each([
  [{ tokens: { ci: new Map([["vaults", ["app"]]]) } }, "`tokens.ci` is"],
  [{ vaults: { app: new Set(["read"]) } }, "`vaults.app` is"],
  [{ store: new Date(0) }, "`store` is"],
  [{ cluster: /prod/ }, "`cluster` is"],
  [{ operator: { __pulumiOutput: true } }, "`operator.__pulumiOutput` is no field"],
])("what has no fields is no object that leaves all of them out: %o", (change, message) => {
  const args = { client: "acme", environment: "prod", vaults: ["app"], ...change };
  expect(() => checkArgs(environmentSchema, args as never)).toThrow(message);
});

test("an object that holds itself is refused; one that stands in two places is not", () => {
  const base = { client: "acme", environment: "prod", vaults: ["app"] };
  const connect: Record<string, unknown> = { tolerations: [] };
  Object.assign(connect, { itself: connect });
  expect(() => checkArgs(environmentSchema, { ...base, values: { connect } })).toThrow(
    "`values.connect.itself` is an object that it is itself a part of",
  );
  const limits = { limits: { memory: "64Mi" } };
  const twice = { ...base, connect: { apiResources: limits, syncResources: limits } };
  expect(() => checkArgs(environmentSchema, twice)).not.toThrow();
});

test("what is right passes, at its ends too", () => {
  const right = [
    items("db.v2"),
    items("db", '{"namespace":"app","vault":"app","item":"x","type":"acme.example/tsl"}'),
    items("db", '{"namespace":"app","vault":"app","item":"x","type":"kubernetes.io/ssh-auth"}'),
    '"vaults":{"app":{"access":"read-write","groups":{"Dev Ops":"manage"}},"constructor":{}}',
    tokens('{"vaults":{"app":"read"},"expiresIn":"10w","rotateAfter":"60d"}'),
    operator('{"pollingInterval":604800,"replicas":0,"watchNamespaces":["2024"]}'),
    operator('{"watchNamespaces":"all","autoRestart":false,"autoRestartIn":{"web":true}}'),
    `${items("db")},"operator":{"autoRestartIn":{"app":true,"acme-prod-1password":false}}`,
    connect('{"apiResources":{"limits":{"memory":"1.5Gi","cpu":".5","example.com/gpu":"1"}}}'),
    `${vaults},"store":{"region":"eu-central-1","tags":{"team":"a"}}`,
    values({ connect: { tolerations: [{ tolerationSeconds: 3_600_000 }] } }),
    values({ connect: { podSecurityContext: { runAsUser: 1_000_680_000 }, credentials: null } }),
  ];
  expect(right.map(refusal)).toEqual(right.map(() => ""));
});

describe("an Output", () => {
  const args: ConnectEnvironmentArgs = { client: "acme", environment: "prod", vaults: ["app"] };
  /** The value of an Output among the checked arguments, and nothing of its failure left unheard. */
  async function checkedValue(
    change: object,
    find: (args: ConnectEnvironmentArgs) => unknown,
  ): Promise<unknown> {
    // biome-ignore lint/suspicious/noExplicitAny: what an Output is made of is not in its type.
    const checked: any = find(checkArgs(environmentSchema, { ...args, ...change }));
    const { isKnown, isSecret } = checked;
    await Promise.allSettled([isKnown, isSecret, checked.allResources()]);
    return await checked.promise();
  }

  test.each([
    [
      { vaults: { app: { id: output("short") } } },
      /`vaults\.app\.id` is "short".*VAULT_ID_INVALID/,
    ],
    [{ vaults: { app: { id: Promise.resolve("short") } } }, /`vaults\.app\.id` is "short"/],
    [
      { vaults: { app: { id: output(id) }, b: { id } } },
      /names one vault by the keys "app" and "b"/,
    ],
  ])("is checked when it is known: %#", async (change, message) => {
    const idOf = ({ vaults }: ConnectEnvironmentArgs) => (vaults as typeof change.vaults).app.id;
    await expect(checkedValue(change, idOf)).rejects.toThrow(message);
  });

  test("keeps its value", async () => {
    expect(await checkedValue({ revision: output(3) }, ({ revision }) => revision)).toBe(3);
  });
});
