import { type AccountWorld, serverOf, tokenOf } from "../faults/judge/account-world.ts";
import type { ClusterWorld } from "./cluster-world.ts";
import type { SoakEnvironment } from "./environment.ts";
import type { Wanted } from "./wanted.ts";

/** What there is of an environment besides its state. */
export interface World {
  readonly cluster: ClusterWorld;
  readonly account: AccountWorld;
  /** What the store holds, by name. */
  readonly stored: ReadonlyMap<string, string | undefined>;
}

/** What is in the cluster though the program does not name it. */
export function leftoverComplaints(
  client: string,
  wanted: Wanted,
  { cluster: { namespaces, items, secrets } }: Pick<World, "cluster">,
): readonly string[] {
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

/** Whether the server and the token that the cluster's Secrets hold are alive. */
export function deadComplaints(client: string, { account, cluster }: World): readonly string[] {
  const { credentials, token } = heldIn(client, cluster.secrets);
  return [
    ...(opened(credentials, (text) => serverOf(text, account)) === undefined
      ? ["the credentials file in the cluster opens no live Connect server"]
      : []),
    ...(opened(token, (text) => tokenOf(text, account)) === undefined
      ? ["the token in the cluster is no live Connect token"]
      : []),
  ];
}

/** What is missing in the cluster, or not what it should be. */
export function arrivalComplaints(
  client: string,
  wanted: Wanted,
  { namespaces, items, secrets, ready }: ClusterWorld,
  content: SoakEnvironment["content"],
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
export function mintedComplaints(
  client: string,
  wanted: Wanted,
  { account, cluster, stored }: World,
): readonly string[] {
  const names = {
    credentials: `opconnect/${client}/prod/credentials`,
    token: (consumer: string) => `opconnect/${client}/prod/${consumer}-token`,
  };
  const vaultOf = (key: string) => {
    return account.vaults.find(({ name }) => name === `${client}-prod-${key}`);
  };
  const idOf = (key: string) => vaultOf(key)?.id;
  const scopes = { operator: wanted.vaults, ...wanted.tokens };
  const own = <T extends { readonly name: string }>(rows: readonly T[]) =>
    rows.filter(({ name }) => name.startsWith(`${client}-`)).map(({ name }) => name);
  const vaults = own(account.vaults);
  const credentials = stored.get(names.credentials);
  const server = opened(credentials, (text) => serverOf(text, account));
  const held = heldIn(client, cluster.secrets);
  const ofTokens = Object.entries(scopes).flatMap(([consumer, keys]) => {
    const value = stored.get(names.token(consumer));
    const token = opened(value, (text) => tokenOf(text, account));
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
    ...exactly("a live Connect server", own(account.connectServers), [`${client}-prod`]),
    ...exactly(
      "a live Connect token",
      own(account.connectTokens),
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
    ...wanted.vaults.flatMap((key) => {
      const text = wanted.vaultOptions[key]?.description ?? `${key} of ${client}/prod`;
      const isSaid = vaultOf(key)?.description.startsWith(`${text} `) ?? true;
      return isSaid ? [] : [`the vault ${key} is not described as "${text}"`];
    }),
    ...(new Set(vaults).size === vaults.length ? [] : [`two vaults have one name: ${vaults}`]),
    ...exactly(
      "a secret of the store",
      [...stored.keys()],
      [names.credentials, ...Object.keys(scopes).map(names.token)],
    ),
    ...(server === undefined ? ["the store holds no credentials file of a live server"] : []),
    ...(server && !isSameSet(server.vaultIds, wanted.vaults.map(idOf))
      ? [`the server is granted ${server.vaultIds.length} vaults; should be: ${wanted.vaults}`]
      : []),
    ...(held.credentials === credentials && held.base64 === base64(credentials ?? "")
      ? []
      : ["the cluster does not hold the credentials file that the store holds"]),
    ...ofTokens,
  ];
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

/** The two values that the cluster's own Secrets of an environment hold. */
function heldIn(client: string, secrets: ClusterWorld["secrets"]) {
  const value = (name: string, key: string) =>
    secrets.find((secret) => secret.name === `${client}-prod-1password/${client}-prod-${name}`)
      ?.data[key];
  return {
    credentials: value("credentials", "1password-credentials.json"),
    base64: value("credentials", "1password-credentials.base64"),
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
