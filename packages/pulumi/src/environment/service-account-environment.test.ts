import * as pulumi from "@pulumi/pulumi";
import { afterEach, expect, test, vi } from "vitest";
import { recordResources } from "../../fixtures/recorder.ts";
import { checkArgs } from "../input/check-args.ts";
import {
  planServiceAccount,
  ServiceAccountEnvironment,
  type ServiceAccountEnvironmentArgs,
  serviceAccountEnvironmentSchema,
} from "./service-account-environment.ts";

const args: ServiceAccountEnvironmentArgs = {
  client: "acme",
  environment: "prod",
  vaults: { app: {}, shared: { id: "abcdefghijklmnopqrstuvwxyz" } },
  items: {
    db: { namespace: "app", vault: "app", item: "postgres" },
    tls: { namespace: "app", vault: "shared", item: "wildcard", autoRestart: false },
  },
};

afterEach(() => {
  vi.restoreAllMocks();
});

async function made(change: Partial<ServiceAccountEnvironmentArgs> = {}) {
  const resources = await recordResources(() => {
    new ServiceAccountEnvironment("acme-prod", { ...args, ...change });
  });
  return (kind: string) =>
    resources.filter(({ type }) => type.endsWith(`:${kind}`)).map(({ inputs }) => inputs);
}

test("the operator's pull policy is set where the chart has it, at Connect", async () => {
  const values = { connect: { imagePullPolicy: "Always" } };
  expect((await made({ values }))("Chart")).toMatchObject([{ values }]);
});

test("nothing is minted, and the operator is told of a service account by the chart", async () => {
  const find = await made();
  expect(["ConnectServer", "ConnectToken", "Vault", "CredentialSecret"].flatMap(find)).toEqual([]);
  const [chart] = find("Chart");
  expect(chart?.values).toMatchObject({
    connect: { create: false },
    operator: {
      authMethod: "service-account",
      serviceAccountToken: { name: "acme-prod-token", key: "token" },
    },
  });
  expect(Object(chart?.values).operator).not.toHaveProperty("token");
});

test("the token is looked for by the convention's name, and written by its fingerprint", async () => {
  const find = await made();
  const [token] = find("ServiceAccountToken");
  expect(token).toMatchObject({
    secret: "opconnect/acme/prod/account-token",
    store: { kind: "secrets-manager" },
  });
  const [written, ...others] = find("ClusterSecret");
  expect(others).toEqual([]);
  expect(written).toMatchObject({ name: "acme-prod-token", key: "token" });
  expect(written).not.toHaveProperty("base64Key");
  expect((await made({ tokenSecret: "platform/op" }))("ServiceAccountToken")).toMatchObject([
    { secret: "platform/op" },
  ]);
});

test("an item is found by the vault's id, or its title by the convention", async () => {
  const items = (await made())("OnePasswordItem").filter(({ itemPath }) => itemPath !== undefined);
  expect(items).toMatchObject([
    { name: "db", itemPath: "vaults/acme-prod-app/items/postgres" },
    { itemPath: "vaults/abcdefghijklmnopqrstuvwxyz/items/wildcard", autoRestart: false },
  ]);
});

test("a preview warns of more reads than the plan has, and says which interval has room", async () => {
  const warn = vi.spyOn(pulumi.log, "warn").mockResolvedValue();
  await made();
  expect(warn).not.toHaveBeenCalled();
  await made({ plan: "families", operator: { pollingInterval: 60 } });
  expect(warn.mock.calls.map(([line]) => line)).toEqual([
    expect.stringMatching(
      /^2 items every 60 seconds are about 360 reads in an hour and 8640 in a day.*plan families.*`operator.pollingInterval` to 519 or more, or name items by their ids/,
    ),
  ]);
});

test.each<[string, object, string]>([
  ["a chart without service accounts", { chart: { version: "1.17.1" } }, "Use 2.0.1, the nearest"],
  ["a vault that is none", { items: { db: { ...args.items?.db, vault: "ap" } } }, "VAULT_KEY_UN"],
])("%s is refused when the program runs", (_, change, text) => {
  expect(() => planServiceAccount({ ...args, ...change })).toThrow(text);
});

test.each<[string, object, string]>([
  ["what is Connect's", { connect: {} }, "`connect` is no field that there is. Use `client`"],
  ["a token", { token: "x" }, "`token` is no field that there is."],
  ["another plan", { plan: "busines" }, 'Did you mean "business"?'],
  ["an id that is none", { vaults: { app: { id: "x" } } }, "[VAULT_ID_INVALID]"],
  ["access", { vaults: { app: { access: "read" } } }, "`vaults.app.access` is no field"],
  ["an item outside", { operator: { watchNamespaces: ["web"] } }, "leaves out"],
  ["a secret of two lines", { tokenSecret: "a\nb" }, "`tokenSecret` is "],
  ["a secret's name with a blank", { tokenSecret: "a b" }, "the name of a secret in the store"],
  ["no vaults", { vaults: [] }, "`vaults` is empty"],
])("%s is refused, with the field", (_, change, text) => {
  expect(() => checkArgs(serviceAccountEnvironmentSchema, { ...args, ...change })).toThrow(text);
});
