import { output } from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import { type RecordedResource, recordResources } from "../../fixtures/recorder.ts";
import { checkArgs } from "../input/check-args.ts";
import { madeUpVaultId } from "../made-up.ts";
import { type ConnectEnvironmentArgs, environmentSchema } from "./args.ts";
import { ConnectEnvironment } from "./connect-environment.ts";
import { planEnvironment } from "./plan.ts";
import { ServiceAccountEnvironment } from "./service-account-environment.ts";

const sharedId = "abcdefghijklmnopqrstuvwxyz";
const link =
  "https://start.1password.com/open/i?a=FIXTUREACCOUNT234567234567&v=abcdefghijklmnopqrstuvwxyz&i=fixtureitem234567234567234&h=acme.1password.com";
const args = {
  client: "acme",
  environment: "prod",
  vaults: { app: {}, shared: { id: sharedId } },
  items: {
    db: { namespace: "app", vault: "app", item: "postgres" },
    tls: { namespace: "web", link, type: "kubernetes.io/tls" },
  },
} satisfies ConnectEnvironmentArgs;
const appId = madeUpVaultId("acme-prod-app");

async function record(change: Partial<ConnectEnvironmentArgs> = {}) {
  return recordResources(() => {
    new ConnectEnvironment("acme-prod", { ...args, ...change });
  });
}

const kind = "ValidatingAdmissionPolicy";

/** The spec of a policy or a binding, by its kind and its name in the cluster. */
// biome-ignore lint/suspicious/noExplicitAny: so are inputs of resources.
function specOf(resources: readonly RecordedResource[], wanted: string): any {
  const found = resources.find(({ type, inputs }) => {
    return `${type.split(":").at(-1)} ${Object(inputs.metadata).name}` === wanted;
  });
  return found?.inputs.spec;
}

function rulesOf(resources: readonly RecordedResource[]): unknown {
  return JSON.parse(
    specOf(resources, `${kind} acme-prod-onepassword-items`).variables[0].expression,
  );
}

const exactly = (vaults: readonly string[], item: string, name: string, type = "Opaque") => ({
  ...{ vaults, items: [item], itemStarts: [], names: [name], nameStarts: [], types: [type] },
});

describe("access to the items of an environment", () => {
  test("is that of its program: each in its namespace, as its Secret, of its type", async () => {
    const resources = await record();
    expect(rulesOf(resources)).toEqual({
      app: [exactly([appId], "postgres", "db")],
      web: [exactly([sharedId], "fixtureitem234567234567234", "tls", "kubernetes.io/tls")],
    });
    const { matchResources, validationActions } = specOf(
      resources,
      `${kind}Binding acme-prod-onepassword-items`,
    );
    const [{ values }] = matchResources.namespaceSelector.matchExpressions;
    expect(values).toEqual(["acme-prod-1password", "app", "web"]);
    expect(validationActions).toEqual(["Deny"]);
    const { matchConditions } = specOf(resources, `${kind} acme-prod-onepassword-operator`);
    expect(matchConditions[0].expression).toContain(
      "system:serviceaccount:acme-prod-1password:acme-prod-onepassword-operator",
    );
  });

  test("of others is what its rules say of its vaults, by their keys", async () => {
    const rules = [
      { namespaces: ["web"], vaults: ["app"], items: ["web-*"] },
      { namespaces: [output("app")], vaults: ["shared"], secretNames: ["shared"] },
    ];
    const { app, web } = Object(
      rulesOf(await record({ itemAccess: { rules, enforcement: "audit" } })),
    );
    expect(web[1]).toMatchObject({ vaults: [appId, "acme-prod-app"], itemStarts: ["web-"] });
    // Of a vault that it does not make, the environment knows no title.
    expect(app[1]).toMatchObject({ vaults: [sharedId], items: ["*"], names: ["shared"] });
  });

  test("is guarded in the whole cluster where the operator watches all of it", async () => {
    const resources = await record({ operator: { watchNamespaces: "all" } });
    const { matchResources } = specOf(resources, `${kind}Binding acme-prod-onepassword-items`);
    expect(matchResources).toBeUndefined();
    const review = resources.find(({ type }) => type.endsWith(":ItemAccessReview"));
    expect(review?.inputs).toMatchObject({ namespaces: "all", stack: "client/acme-prod" });
  });

  test("is nobody's to say where it is turned off", async () => {
    const resources = await record({ itemAccess: false });
    expect(resources.filter(({ type }) => /Admission|Access/.test(type))).toEqual([]);
  });

  test("is guarded without Connect too", async () => {
    const resources = await recordResources(() => {
      const itemAccess = { rules: [{ namespaces: ["web"], vaults: ["app"] }] };
      new ServiceAccountEnvironment("acme-prod", { ...args, itemAccess });
    });
    const { app, web } = Object(rulesOf(resources));
    expect(app).toEqual([exactly(["acme-prod-app"], "postgres", "db")]);
    expect(web[1]).toMatchObject({ vaults: ["acme-prod-app"] });
  });
});

const rule = { namespaces: ["app"], vaults: ["app"] };

test.each<[string, object, string]>([
  [
    "a namespace that is not watched",
    { rules: [rule, { ...rule, namespaces: ["app", "wep"] }] },
    '`itemAccess.rules[1].namespaces[1]` is "wep", which the operator does not watch: that is acme-prod-1password, app, web. Name one of these, or add it to `operator.watchNamespaces`. Did you mean "web"?',
  ],
  ["an Output as a vault", { rules: [{ ...rule, vaults: [output("app")] }] }, "rules[0].vaults[0]"],
  ["a rule without vaults", { rules: [{ namespaces: ["app"] }] }, "`itemAccess.rules[0].vaults`"],
  ["another enforcement", { enforcement: "warn" }, "`itemAccess.enforcement`"],
  ["a field that there is none", { rule }, "`itemAccess.rule` is no field"],
])("%s is refused, and the field named", (_, itemAccess, text) => {
  const given = { ...args, itemAccess } as ConnectEnvironmentArgs;
  expect(() => checkArgs(environmentSchema, given)).toThrow(text);
});

test.each<[string, unknown]>([
  ["true", true],
  ["a word", "deny"],
])("%s is refused, and what there may be is said", (_, itemAccess) => {
  const given = { ...args, itemAccess } as ConnectEnvironmentArgs;
  expect(() => checkArgs(environmentSchema, given)).toThrow(
    /`itemAccess` is .*Pass .*(false|rules)/,
  );
});

test("a rule of no vault of the environment, or of one that the operator does not reach, is refused", () => {
  const of = (vault: string): ConnectEnvironmentArgs => ({
    ...args,
    items: {},
    tokens: { operator: { vaults: ["shared"] } },
    itemAccess: { rules: [{ ...rule, vaults: ["shared", vault] }] },
  });
  expect(() => planEnvironment(of("ap"))).toThrow(/`itemAccess\.rules\[0\]\.vaults\[1\]` is "ap"/);
  expect(() => planEnvironment(of("app"))).toThrow("TOKEN_SCOPE_INVALID");
});

test("a title that a rule would take for more than one is refused while there are rules", () => {
  const given = { ...args, items: { db: { ...args.items.db, item: "app-*" } } };
  expect(() => checkArgs(environmentSchema, given)).toThrow(/`items\.db\.item` has a `\*`/);
  expect(() => checkArgs(environmentSchema, { ...given, itemAccess: false })).not.toThrow();
});
