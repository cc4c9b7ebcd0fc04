import { setTimeout as sleep } from "node:timers/promises";
import {
  type AccountWorld,
  lookIntoAccount,
  serverOf,
  tokenOf,
} from "../faults/judge/account-world.ts";
import { secretsManagerWorld } from "../faults/judge/secrets-manager-world.ts";
import { storedSecrets } from "../harness/look/stored-secrets.ts";
import { type ClusterWorld, lookIntoCluster } from "./cluster-world.ts";
import type { SoakEnvironment } from "./environment.ts";
import { stateComplaints } from "./state-complaints.ts";
import type { Wanted } from "./wanted.ts";

/** How long the operator may take to write a Secret. */
const arrivalMs = 90_000;

/**
 * What is not as the program says: in the cluster, in 1Password, in the store and in the state; by
 * what the test itself knows of it. What the operator writes is waited for. No text holds a secret.
 */
export async function complaintsOf(
  environment: SoakEnvironment,
  wanted: Wanted,
): Promise<readonly string[]> {
  const lasting = [
    ...(await leftoverComplaints(environment, wanted)),
    ...(await mintedComplaints(environment, wanted)),
    ...(await stateComplaints(environment, wanted, await account(environment))),
  ];
  if (lasting.length > 0) return lasting;
  const startedAt = performance.now();
  for (;;) {
    const { client, rig } = environment;
    const missing = arrivalComplaints(
      environment,
      wanted,
      await lookIntoCluster(rig.kubeconfig, client),
    );
    if (missing.length === 0) return leftoverComplaints(environment, wanted);
    if (performance.now() - startedAt > arrivalMs) return missing;
    await sleep(300);
  }
}

/** What is in the cluster though the program does not name it. */
export async function leftoverComplaints(
  { client, rig }: SoakEnvironment,
  wanted: Wanted,
): Promise<readonly string[]> {
  const { namespaces, items, secrets } = await lookIntoCluster(rig.kubeconfig, client);
  const named = namesOf(client, wanted);
  return [
    ...surplus("the namespace", namespaces, [...named.namespaces, named.ownNamespace]),
    ...surplus("the OnePasswordItem", items, named.items),
    ...surplus(
      "the Secret",
      secrets.map(({ name }) => name),
      [...named.items, ...named.ownSecrets],
    ),
  ];
}

/**
 * Whether the server and the token that the cluster's Secrets hold are alive: after every run,
 * however it ended.
 */
export async function deadComplaints({ client, rig }: SoakEnvironment): Promise<readonly string[]> {
  const { secrets } = await lookIntoCluster(rig.kubeconfig, client);
  const { credentials, token } = heldIn(client, secrets);
  const world = await account({ rig });
  return [
    ...(opened(credentials, (text) => serverOf(unlayered(text), world)) === undefined
      ? ["the credentials file in the cluster opens no live Connect server"]
      : []),
    ...(opened(token, (text) => tokenOf(text, world)) === undefined
      ? ["the token in the cluster is no live Connect token"]
      : []),
  ];
}

function account({ rig }: Pick<SoakEnvironment, "rig">): Promise<AccountWorld> {
  return lookIntoAccount(rig.env.OPCONNECT_SANDBOX_HOME ?? "");
}

function namesOf(client: string, wanted: Wanted) {
  const ownNamespace = `${client}-prod-1password`;
  return {
    ownNamespace,
    namespaces: wanted.namespaces.map((name) => `${client}-${name}`),
    items: Object.entries(wanted.items).map(
      ([name, { namespace }]) => `${client}-${namespace}/${name}`,
    ),
    ownSecrets: ["credentials", "token"].map((name) => `${ownNamespace}/${client}-prod-${name}`),
  };
}

/** What is missing in the cluster, or not what it should be. */
function arrivalComplaints(
  { client, content }: SoakEnvironment,
  wanted: Wanted,
  { namespaces, items, secrets, ready }: ClusterWorld,
): readonly string[] {
  const named = namesOf(client, wanted);
  const byName = new Map(secrets.map((secret) => [secret.name, secret]));
  return [
    ...missing("the namespace", namespaces, [...named.namespaces, named.ownNamespace]),
    ...missing("the OnePasswordItem", items, named.items),
    ...missing("a ready Deployment", ready, [
      `${client}-prod-connect`,
      `${client}-prod-connect-operator`,
    ]),
    ...Object.entries(wanted.items).flatMap(([name, { namespace, vault, title, type }]) => {
      const secret = byName.get(`${client}-${namespace}/${name}`);
      if (secret === undefined) return [`the Secret ${namespace}/${name} is missing`];
      return [
        ...(secret.type === (type ?? "Opaque")
          ? []
          : [`the Secret ${namespace}/${name} is of type ${secret.type}`]),
        ...(isSame(secret.data, content(vault, title))
          ? []
          : [`the Secret ${namespace}/${name} does not hold what ${vault}/${title} holds`]),
      ];
    }),
  ];
}

/** Servers, tokens and vaults of 1Password, and what the store and the cluster hold of them. */
async function mintedComplaints(
  { client, rig }: SoakEnvironment,
  wanted: Wanted,
): Promise<readonly string[]> {
  const world = await account({ rig });
  const names = {
    credentials: `opconnect/${client}/prod/credentials`,
    token: (consumer: string) => `opconnect/${client}/prod/${consumer}-token`,
  };
  const vaultOf = (key: string) => {
    return world.vaults.find(({ name }) => name === `${client}-prod-${key}`);
  };
  const idOf = (key: string) => vaultOf(key)?.id;
  const scopes = { operator: wanted.vaults, ...wanted.tokens };
  const own = <T extends { readonly name: string }>(rows: readonly T[]) =>
    rows.filter(({ name }) => name.startsWith(`${client}-`)).map(({ name }) => name);
  const vaults = own(world.vaults);
  const stored = (await storedSecrets(rig)).map((line) => line.split(" ")[0] ?? "");
  const look = secretsManagerWorld(rig.env);
  const credentials = (await look(names.credentials))?.value;
  const server = opened(credentials, (text) => serverOf(text, world));
  const held = heldIn(client, (await lookIntoCluster(rig.kubeconfig, client)).secrets);
  const layered = wanted.chart === "2.2.1" ? base64(credentials ?? "") : credentials;
  const ofTokens = Object.entries(scopes).map(async ([consumer, keys]) => {
    const value = (await look(names.token(consumer)))?.value;
    const token = opened(value, (text) => tokenOf(text, world));
    if (token === undefined) return [`the store holds no live token of ${consumer}`];
    const covered = token.vaults.map(({ id, acl }) => `${id} ${acl}`);
    const scope = keys.map((key) => `${idOf(key)} ${wanted.vaultOptions[key]?.access ? 496 : 48}`);
    return [
      ...(token.serverId === server?.id ? [] : [`the token of ${consumer} is of another server`]),
      ...(isSameSet(covered, scope)
        ? []
        : [`the token of ${consumer} covers ${covered}; should be: ${scope} (${keys})`]),
      ...(consumer === "operator" && value !== held.token
        ? ["the cluster does not hold the operator's token that the store holds"]
        : []),
    ];
  });
  return [
    ...exactly("a live Connect server", own(world.connectServers), [`${client}-prod`]),
    ...exactly(
      "a live Connect token",
      own(world.connectTokens),
      Object.keys(scopes).map((consumer) => `${client}-prod-${consumer}`),
    ),
    ...missing(
      "the vault",
      vaults,
      wanted.vaults.map((key) => `${client}-prod-${key}`),
    ),
    ...wanted.vaults.flatMap((key) => {
      const has = roleIn(vaultOf(key)?.access["Team Members"]);
      const should = wanted.vaultOptions[key]?.group ?? "none";
      return has === should ? [] : [`the group's role in ${key} is ${has}; should be: ${should}`];
    }),
    ...(new Set(vaults).size === vaults.length ? [] : [`two vaults have one name: ${vaults}`]),
    ...exactly(
      "a secret of the store",
      stored.filter((name) => name.startsWith(`opconnect/${client}/`)),
      [names.credentials, ...Object.keys(scopes).map(names.token)],
    ),
    ...(server === undefined ? ["the store holds no credentials file of a live server"] : []),
    ...(server && !isSameSet(server.vaultIds, wanted.vaults.map(idOf))
      ? [`the server is granted ${server.vaultIds.length} vaults; should be: ${wanted.vaults}`]
      : []),
    ...(held.credentials === layered
      ? []
      : ["the cluster does not hold the credentials file that the store holds"]),
    ...(await Promise.all(ofTokens)).flat(),
  ];
}

/** The two values that the cluster's own Secrets of an environment hold. */
function heldIn(client: string, secrets: ClusterWorld["secrets"]) {
  const value = (name: string, key: string) =>
    secrets.find((secret) => secret.name === `${client}-prod-1password/${client}-prod-${name}`)
      ?.data[key];
  return {
    credentials: value("credentials", "1password-credentials.json"),
    token: value("token", "token"),
  };
}

function roleIn(permissions: readonly string[] = []): string {
  if (permissions.length === 0) return "none";
  return permissions.includes("edit_items") ? "read-write" : "read";
}

/** What a value opens; none if it is none of its kind. */
function opened<T>(value: string | undefined, open: (text: string) => T): T | undefined {
  try {
    return value === undefined ? undefined : open(value);
  } catch {
    return undefined;
  }
}

function unlayered(text: string): string {
  return text.startsWith("{") ? text : Buffer.from(text, "base64").toString();
}

function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}

function surplus(what: string, have: readonly string[], need: readonly string[]) {
  return have.filter((name) => !need.includes(name)).map((name) => `${what} ${name} is left`);
}

function missing(what: string, have: readonly string[], need: readonly string[]) {
  return need.filter((name) => !have.includes(name)).map((name) => `${what} ${name} is missing`);
}

/** Each of the names once, and no others. */
function exactly(what: string, have: readonly string[], need: readonly string[]) {
  if (isSameSet(have, need)) return [];
  const list = (names: readonly string[]) => names.toSorted().join(", ") || "none";
  return [`${what}: ${list(have)}; should be: ${list(need)}`];
}

function isSameSet(one: readonly (string | undefined)[], other: readonly (string | undefined)[]) {
  return one.toSorted().join() === other.toSorted().join();
}

function isSame(
  one: Readonly<Record<string, string>>,
  other: Readonly<Record<string, string>>,
): boolean {
  const rows = (record: Readonly<Record<string, string>>) =>
    JSON.stringify(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
  return rows(one) === rows(other);
}
