import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import {
  arrivalComplaints,
  deadComplaints,
  leftoverComplaints,
  mintedComplaints,
  type World,
} from "./complaints.ts";
import { type StateWorld, stateComplaints } from "./state-complaints.ts";
import { firstWanted, type Wanted } from "./wanted.ts";

const wanted: Wanted = { ...firstWanted, vaultOptions: { app: { group: "read" } } };
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const content = (vault: string, title: string) => ({ password: `${vault} ${title}` });
const file = JSON.stringify({ uniqueKey: { k: "key" } });
const tokenText = (id: string) => {
  const claims = { jti: id, "1password.com/token": `secret of ${id}` };
  return `head.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.sign`;
};

/** An environment that is as its program says, to be damaged. */
function healthy() {
  const token = (consumer: string, vaults: readonly string[]) => ({
    id: consumer,
    name: `acme-prod-${consumer}`,
    state: "ACTIVE",
    serverId: "server",
    secretHash: sha256(`secret of ${consumer}`),
    vaults: vaults.map((id) => ({ id, acl: 48 })),
  });
  const vault = (key: string, access: Record<string, string[]>) => {
    return { id: key, name: `acme-prod-${key}`, description: `${key} of acme/prod · mark`, access };
  };
  const own = "acme-prod-1password";
  const secret = (name: string, data: Record<string, string>) => ({ name, type: "Opaque", data });
  const resource = (type: string, name: string, outputs = {}) => {
    const urn = `urn:pulumi:main::acme::${type}::${name}`;
    return { urn, type, parent: stack, outputs, delete: false };
  };
  const dynamic = (type: string, name: string, outputs = {}) =>
    resource(`pulumi-nodejs:dynamic/opconnect:${type}`, name, outputs);
  const stack = "urn:pulumi:main::acme::pulumi:pulumi:Stack::acme-main";
  return {
    cluster: {
      namespaces: [own, "acme-one", "acme-two"],
      items: ["acme-one/postgres", "acme-one/redis", "acme-two/mail"],
      secrets: [
        secret("acme-one/postgres", content("app", "alpha")),
        secret("acme-one/redis", content("data", "beta")),
        secret("acme-two/mail", content("app", "gamma")),
        secret(`${own}/acme-prod-credentials`, {
          "1password-credentials.json": file,
          "1password-credentials.base64": Buffer.from(file).toString("base64"),
        }),
        secret(`${own}/acme-prod-token`, { token: tokenText("operator") }),
      ],
      ready: ["acme-prod-connect", "acme-prod-connect-operator"],
    },
    account: {
      vaults: [vault("app", { "Team Members": ["view_items"] }), vault("data", {})],
      connectServers: [
        {
          id: "server",
          name: "acme-prod",
          state: "ACTIVE",
          vaultIds: ["app", "data"],
          uniqueKeyHash: sha256("key"),
        },
      ],
      connectTokens: [token("operator", ["app", "data"]), token("ci", ["app"])],
    },
    stored: new Map<string, string | undefined>([
      ["opconnect/acme/prod/credentials", file],
      ["opconnect/acme/prod/operator-token", tokenText("operator")],
      ["opconnect/acme/prod/ci-token", tokenText("ci")],
    ]),
    state: {
      resources: [
        { ...resource("pulumi:pulumi:Stack", "acme-main"), parent: undefined, urn: stack },
        resource("opconnect:index:ConnectEnvironment", "environment"),
        dynamic("ConnectServer", "server", { serverId: "server" }),
        dynamic("ConnectToken", "operator", { tokenId: "operator" }),
        dynamic("ConnectToken", "ci", { tokenId: "ci" }),
        ...["app", "data"].map((key) => dynamic("Vault", key)),
        ...["credentials", "operator", "ci"].map((key) => dynamic("CredentialSecret", key)),
        ...["postgres", "redis", "mail"].map((name) => dynamic("OnePasswordItem", name)),
        ...["one", "two"].map((name) => resource("kubernetes:core/v1:Namespace", name)),
      ],
      pending_operations: [] as { type: string }[],
    },
  };
}

type Healthy = ReturnType<typeof healthy>;

function complaintsOf({ state, ...world }: Healthy): readonly string[] {
  const seen: World = world;
  return [
    ...leftoverComplaints("acme", wanted, seen),
    ...deadComplaints("acme", seen),
    ...mintedComplaints("acme", wanted, seen),
    ...arrivalComplaints("acme", wanted, seen.cluster, content),
    ...stateComplaints("acme", wanted, state as StateWorld, seen.account),
  ];
}

test("an environment as its program says gives no cause for complaint", () => {
  expect(complaintsOf(healthy())).toEqual([]);
});

const damages: readonly (readonly [string, (world: Healthy) => unknown])[] = [
  ["the namespace acme-three is left", ({ cluster }) => cluster.namespaces.push("acme-three")],
  ["the namespace acme-two is missing", ({ cluster }) => cluster.namespaces.pop()],
  ["the OnePasswordItem acme-one/old is left", ({ cluster }) => cluster.items.push("acme-one/old")],
  ["the OnePasswordItem acme-two/mail is missing", ({ cluster }) => cluster.items.pop()],
  [
    "the Secret acme-one/old is left",
    ({ cluster }) => cluster.secrets.push({ name: "acme-one/old", type: "Opaque", data: {} }),
  ],
  ["the Secret one/postgres is missing", ({ cluster }) => cluster.secrets.shift()],
  [
    "the Secret one/postgres is of type kubernetes.io/tls",
    ({ cluster }) => Object.assign(cluster.secrets[0] ?? {}, { type: "kubernetes.io/tls" }),
  ],
  [
    "the Secret one/postgres does not hold what app/alpha holds",
    ({ cluster }) => Object.assign(cluster.secrets[0]?.data ?? {}, { password: "of yesterday" }),
  ],
  [
    "a ready Deployment acme-prod-connect-operator is missing",
    ({ cluster }) => cluster.ready.pop(),
  ],
  [
    "the cluster does not hold the credentials file that the store holds",
    ({ cluster }) => cluster.secrets.splice(3, 1),
  ],
  [
    "the cluster does not hold the operator's token that the store holds",
    ({ cluster }) => cluster.secrets.splice(4, 1),
  ],
  [
    "the token in the cluster is no live Connect token",
    ({ account }) => account.connectTokens.shift(),
  ],
  [
    "the credentials file in the cluster opens no live Connect server",
    ({ account }) => account.connectServers.pop(),
  ],
  [
    "a live Connect server: acme-prod, acme-prod; should be: acme-prod",
    ({ account }) =>
      account.connectServers.push({ ...account.connectServers[0], id: "twin" } as never),
  ],
  [
    "a live Connect token: acme-prod-operator; should be: acme-prod-ci, acme-prod-operator",
    ({ account }) => account.connectTokens.pop(),
  ],
  [
    "the token of ci is of another server",
    ({ account }) => Object.assign(account.connectTokens[1] ?? {}, { serverId: "former" }),
  ],
  [
    "the token of ci covers data 48; should be: app 48 (app)",
    ({ account }) =>
      Object.assign(account.connectTokens[1] ?? {}, { vaults: [{ id: "data", acl: 48 }] }),
  ],
  [
    "the token of ci covers app 496; should be: app 48 (app)",
    ({ account }) => Object.assign(account.connectTokens[1]?.vaults[0] ?? {}, { acl: 496 }),
  ],
  ["the vault acme-prod-data is missing", ({ account }) => account.vaults.pop()],
  [
    "two vaults have one name: acme-prod-app,acme-prod-data,acme-prod-data",
    ({ account }) => account.vaults.push({ ...account.vaults[1], id: "twin" } as never),
  ],
  [
    'the vault app is not described as "app of acme/prod"',
    ({ account }) => Object.assign(account.vaults[0] ?? {}, { description: "of the shop · mark" }),
  ],
  [
    "the group's role in app is read-write; should be: read",
    ({ account }) => account.vaults[0]?.access["Team Members"]?.push("edit_items"),
  ],
  [
    "the group's role in data is read; should be: none",
    ({ account }) =>
      Object.assign(account.vaults[1]?.access ?? {}, { "Team Members": ["view_items"] }),
  ],
  [
    "the server is granted 1 vaults; should be: app,data",
    ({ account }) => account.connectServers[0]?.vaultIds.pop(),
  ],
  [
    "the store holds no credentials file of a live server",
    ({ stored }) => stored.set("opconnect/acme/prod/credentials", undefined),
  ],
  [
    "the store holds no live token of ci",
    ({ stored }) => stored.set("opconnect/acme/prod/ci-token", tokenText("former")),
  ],
  [
    "a secret of the store: opconnect/acme/prod/backup-token, opconnect/acme/prod/ci-token, opconnect/acme/prod/credentials, opconnect/acme/prod/operator-token; should be: opconnect/acme/prod/ci-token, opconnect/acme/prod/credentials, opconnect/acme/prod/operator-token",
    ({ stored }) => stored.set("opconnect/acme/prod/backup-token", undefined),
  ],
  [
    "the state's servers: former; should be: server",
    ({ state }) => Object.assign(state.resources[2]?.outputs ?? {}, { serverId: "former" }),
  ],
  [
    "the state's tokens: former, ci; should be: operator, ci",
    ({ state }) => Object.assign(state.resources[3]?.outputs ?? {}, { tokenId: "former" }),
  ],
  ["the state has 1 vaults; should be: app, data", ({ state }) => state.resources.splice(5, 1)],
  [
    "the state has 2 secrets of the store; should be: credentials, operator, ci",
    ({ state }) => state.resources.splice(7, 1),
  ],
  [
    "the state has 2 items; should be: postgres, redis, mail",
    ({ state }) => state.resources.splice(10, 1),
  ],
  ["the state has 1 namespaces; should be: one, two", ({ state }) => state.resources.pop()],
  [
    "the state's components: ; should be: urn:pulumi:main::acme::opconnect:index:ConnectEnvironment::environment",
    ({ state }) => state.resources.splice(1, 1),
  ],
  [
    "the state lacks the parent of urn:pulumi:main::acme::kubernetes:core/v1:Namespace::two",
    ({ state }) =>
      Object.assign(state.resources.at(-1) ?? {}, { parent: "x::pulumi:pulumi:Stack::gone" }),
  ],
  [
    "the state still has to delete urn:pulumi:main::acme::kubernetes:core/v1:Namespace::two",
    ({ state }) => Object.assign(state.resources.at(-1) ?? {}, { delete: true }),
  ],
  [
    "the state still has an operation pending: updating",
    ({ state }) => state.pending_operations.push({ type: "updating" }),
  ],
];

test.each(damages)("it is noticed that %s", (complaint, damage) => {
  const world = healthy();
  damage(world);
  expect(complaintsOf(world)).toContain(complaint);
});
