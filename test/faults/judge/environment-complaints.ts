import { createHash } from "node:crypto";
import type { AccountWorld } from "./account-world.ts";
import { serverOf, tokenOf } from "./account-world.ts";
import type { StoredSecret } from "./stored-secret.ts";
import { type ExpectedVault, vaultComplaints } from "./vault-complaints.ts";

/** What an environment shall look like once all is done. */
export interface ExpectedEnvironment {
  /** The vaults that the server is granted, and the tokens cover; of one that is gone, those left. */
  readonly vaults: readonly ExpectedVault[];
  /** Titles of vaults made earlier, which stay. */
  readonly formerVaults: readonly string[];
  readonly serverName: string;
  /** Names of the tokens, by the name of the secret that keeps each. */
  readonly tokens: Readonly<Record<string, string>>;
  readonly credentialsSecret: string;
  /** Whether server and tokens are to be gone. */
  readonly gone: boolean;
  /**
   * An account whose vaults, servers and tokens have to be those that are there, by their ids.
   * @default - they may be others
   */
  readonly kept?: AccountWorld;
}

/** All that is seen of an environment. */
export interface SeenEnvironment {
  readonly account: AccountWorld;
  /** By name. */
  readonly secrets: Readonly<Record<string, StoredSecret | undefined>>;
}

/** What is not as it should be; empty if all is well. No text holds a secret. */
export function environmentComplaints(
  seen: SeenEnvironment,
  expected: ExpectedEnvironment,
): readonly string[] {
  const { connectServers, connectTokens } = seen.account;
  const tokenNames = expected.gone ? [] : Object.values(expected.tokens);
  return [
    ...countComplaints("vault", seen.account.vaults, [
      ...expected.vaults.map(({ title }) => title),
      ...expected.formerVaults,
    ]),
    ...vaultComplaints(seen.account.vaults, expected.vaults),
    ...countComplaints("live server", connectServers, expected.gone ? [] : [expected.serverName]),
    ...countComplaints("live token", connectTokens, tokenNames),
    ...(expected.gone ? goneComplaints(seen, expected) : storedComplaints(seen, expected)),
    ...(expected.kept === undefined ? [] : keptComplaints(seen.account, expected.kept)),
  ];
}

/** Each of the names once, and no others. */
function countComplaints(
  what: string,
  found: readonly { readonly name: string }[],
  wanted: readonly string[],
): readonly string[] {
  const [have, need] = [found.map(({ name }) => name).sort(), [...wanted].sort()];
  if (have.join("\n") === need.join("\n")) return [];
  const list = (names: readonly string[]) => (names.length === 0 ? "none" : names.join(", "));
  return [`${what}s: ${list(have)}; should be: ${list(need)}`];
}

function goneComplaints({ secrets }: SeenEnvironment, expected: ExpectedEnvironment) {
  const names = [expected.credentialsSecret, ...Object.keys(expected.tokens)];
  return names
    .filter((name) => secrets[name] !== undefined && !secrets[name].deleted)
    .map((name) => `the secret ${name} is there and not to be deleted`);
}

/** Nothing was made, and nothing was deleted. */
function keptComplaints(found: AccountWorld, kept: AccountWorld): readonly string[] {
  return (["vaults", "connectServers", "connectTokens"] as const).flatMap((kind) => {
    const [have, had] = [found, kept].map((account) => account[kind].map(({ id }) => id).sort());
    if (have?.join() === had?.join()) return [];
    return [`${kind}: ${have?.join(", ")}; should be those of before: ${had?.join(", ")}`];
  });
}

function storedComplaints(seen: SeenEnvironment, expected: ExpectedEnvironment) {
  const { account, secrets } = seen;
  const vaultIds = expected.vaults.map(
    ({ title }) => account.vaults.find(({ name }) => name === title)?.id,
  );
  const credentials = secrets[expected.credentialsSecret];
  const server = parsed(credentials?.value, (text) => serverOf(text, account));
  const ofServer = [
    ...secretComplaints(expected.credentialsSecret, credentials, vaultIds),
    ...nameComplaints(expected.credentialsSecret, credentials, expected.serverName),
    ...(server === undefined ? ["the store holds no credentials file of a live server"] : []),
    ...(server && credentials?.tags["opconnect:server-id"] !== server.id
      ? [
          `the tag names the server ${credentials?.tags["opconnect:server-id"]}, the file ${server.id}`,
        ]
      : []),
    ...(server && !isSameSet(server.vaultIds, vaultIds)
      ? [`the server is granted ${server.vaultIds.join(", ")}; should be: ${vaultIds.join(", ")}`]
      : []),
  ];
  const ofTokens = Object.entries(expected.tokens).flatMap(([secretName, tokenName]) => {
    const secret = secrets[secretName];
    const token = parsed(secret?.value, (text) => tokenOf(text, account));
    if (token === undefined) return [`the store holds no live token in ${secretName}`];
    const covered = token.vaults.map(({ id }) => id);
    return [
      ...secretComplaints(secretName, secret, vaultIds),
      ...nameComplaints(secretName, secret, tokenName),
      ...(token.name === tokenName ? [] : [`${secretName} holds the token of ${token.name}`]),
      ...(secret?.tags["opconnect:token-id"] === token.id
        ? []
        : [`the tag of ${secretName} names another token than it holds`]),
      ...(token.serverId === server?.id ? [] : [`${tokenName} belongs to another server`]),
      ...(isSameSet(covered, vaultIds) ? [] : [`${tokenName} covers ${covered.join(", ")}`]),
    ];
  });
  return [...ofServer, ...ofTokens];
}

/** Tags and value belong together, and nothing says that a run is still at work. */
function secretComplaints(
  name: string,
  secret: StoredSecret | undefined,
  vaultIds: readonly (string | undefined)[],
): readonly string[] {
  if (secret?.value === undefined) return [`the secret ${name} holds no value`];
  const { tags, value } = secret;
  const fingerprint = createHash("sha256").update(value).digest("hex");
  const tagged = Object.entries(tags).filter(([key]) => key.startsWith("opconnect:vaults"));
  const text = tagged.map(([, words]) => words).join(" ");
  return [
    ...(tags["opconnect:fingerprint"] === fingerprint
      ? []
      : [`${name}: not the value of its tags`]),
    ...(tags["opconnect:minting"] === undefined ? [] : [`${name}: a minting is still announced`]),
    ...(tags["opconnect:retired"] === undefined ? [] : [`${name}: its value is marked as retired`]),
    ...(vaultIds.every((id) => id !== undefined && text.includes(`=${id}:`)) &&
    text.split(" ").length === vaultIds.length
      ? []
      : [`${name}: its tags name the vaults ${text}`]),
  ];
}

/** By another name in the tags, the next run without a state would mint another. */
function nameComplaints(
  name: string,
  secret: StoredSecret | undefined,
  wanted: string,
): readonly string[] {
  const tagged = secret?.tags["opconnect:name"];
  return tagged === wanted ? [] : [`${name}: its tags name ${tagged}; should be: ${wanted}`];
}

/** What a stored value is about; none if it is none of its kind. */
function parsed<T>(value: string | undefined, parse: (text: string) => T): T | undefined {
  try {
    return value === undefined ? undefined : parse(value);
  } catch {
    return undefined;
  }
}

function isSameSet(one: readonly (string | undefined)[], other: readonly (string | undefined)[]) {
  return [...one].sort().join() === [...other].sort().join();
}
