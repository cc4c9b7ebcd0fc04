import type {
  Account,
  ConnectServer,
  ConnectToken,
  Group,
  User,
  Vault,
} from "../account/account.ts";
import { type Caller, canManage, canRead } from "../account/caller.ts";
import { isSameId } from "../account/ids.ts";
import type { Item } from "../account/item.ts";
import { connectNotFound, notFound, OpFailure } from "./op-failure.ts";

/**
 * Finds the vault with this id or name among those that the caller may read or manage: others look
 * as if they did not exist. [S] One text for unknown ids and names alike.
 */
export function findVault(account: Account, caller: Caller, query: string): Vault {
  const text = `"${query}" isn't a vault in this account. Specify the vault with its ID or name.`;
  return pick(visibleVaults(account, caller), query, "vault", () => new OpFailure(text));
}

export function visibleVaults(account: Account, caller: Caller): readonly Vault[] {
  return account.vaults.filter(
    (vault) => canRead(account, vault, caller) || canManage(account, vault, caller),
  );
}

export function findUser(account: Account, query: string): User {
  const text = `"${query}" isn't a user in this account. Specify the user with their UUID, email address, or name.`;
  const byEmail = account.users.find(({ email }) => email.toLowerCase() === query.toLowerCase());
  return byEmail ?? pick(account.users, query, "user", () => notFound(query, text));
}

export function findGroup(account: Account, query: string): Group {
  const text = `"${query}" isn't a group in this account. Specify the group with its UUID or name.`;
  return pick(account.groups, query, "group", () => notFound(query, text));
}

/** Deleted servers are found by id only. [?] for the text, which follows those of vaults and users. */
export function findConnectServer(account: Account, query: string): ConnectServer {
  const text = `"${query}" isn't a Connect server in this account. Specify the server with its UUID or name.`;
  const candidates = account.connectServers.filter(
    ({ id, state }) => state === "ACTIVE" || isSameId(id, query),
  );
  return pick(candidates, query, "Connect server", () => connectNotFound(query, text));
}

/** @param server Narrows a lookup by name, as `--server` does. */
export function findConnectToken(
  account: Account,
  query: string,
  server: ConnectServer | undefined,
): ConnectToken {
  const text = `"${query}" isn't a Connect token. Specify the token with its UUID or name.`;
  const candidates = account.connectTokens.filter(
    ({ id, state, serverId }) =>
      isSameId(id, query) || (state === "ACTIVE" && (!server || serverId === server.id)),
  );
  return pick(candidates, query, "Connect token", () => connectNotFound(query, text));
}

/**
 * The vault that an item command is about; none where a person means all of them. A service account
 * with several has to name it. [D]; the text [?]
 */
export function findItemVault(
  account: Account,
  caller: Caller,
  query: string | undefined,
): Vault | undefined {
  if (query !== undefined) return findVault(account, caller, query);
  if (caller.kind === "person") return undefined;
  const [only, ...others] = account.vaults.filter((vault) => canRead(account, vault, caller));
  if (others.length === 0) return only;
  throw new OpFailure(
    "a vault query must be provided when this command is called by a service account",
    { others: [["Name the vault, as this token has several.", 1]] },
  );
}

/** Finds an item by id, title, share link or domain in one vault, or in all that the caller reads. */
export function findItem(
  account: Account,
  caller: Caller,
  query: string,
  vault: Vault | undefined,
  { includeArchive = false } = {},
): Item {
  const readable = account.vaults.filter((each) => canRead(account, each, caller));
  const inScope = account.items.filter(({ vaultId }) =>
    vault ? vaultId === vault.id : readable.some(({ id }) => id === vaultId),
  );
  const wanted = itemIdOfShareLink(query) ?? query;
  const archived = inScope.find(({ id, state }) => state && isSameId(id, wanted));
  if (archived && !includeArchive) throw archivedItem(account, archived);
  const candidates = inScope.filter(({ state }) => includeArchive || state === undefined);
  const matches = byIdElseName(candidates, wanted, ({ title }) => title);
  const [item, ...others] = matches.length > 0 ? matches : byDomain(candidates, wanted);
  if (!item) throw unknownItem(query, vault);
  if (others.length > 0) throw ambiguousItem(account, query, [item, ...others]);
  return item;
}

function itemIdOfShareLink(query: string): string | undefined {
  const link = URL.parse(query);
  return link?.pathname === "/open/i" ? (link.searchParams.get("i") ?? undefined) : undefined;
}

function byDomain(items: readonly Item[], domain: string): readonly Item[] {
  return items.filter(({ urls }) =>
    urls.some(({ href }) => URL.parse(href)?.hostname === domain.toLowerCase()),
  );
}

/** [S] pyonepassword */
function unknownItem(query: string, vault: Vault | undefined): OpFailure {
  const place = vault ? ` in the "${vault.name}" vault` : "";
  return new OpFailure(
    `"${query}" isn't an item${place}. Specify the item with its UUID, name, or domain.`,
  );
}

function archivedItem(account: Account, { id, vaultId }: Item): OpFailure {
  const vault = account.vaults.find((each) => each.id === vaultId)?.id ?? vaultId;
  return new OpFailure(
    `could not find item ${id} in vault ${vault}, because it has been deleted or archived.`,
  );
}

function ambiguousItem(account: Account, query: string, items: readonly Item[]): OpFailure {
  const lines = items.map(({ id, vaultId }) => {
    const vault = account.vaults.find((each) => each.id === vaultId)?.name ?? vaultId;
    return `\t* for the item "${query}" in vault ${vault}: ${id}`;
  });
  return ambiguous("item", query, lines);
}

function pick<T extends { readonly id: string; readonly name: string }>(
  candidates: readonly T[],
  query: string,
  noun: string,
  unknown: () => OpFailure,
): T {
  const [match, ...others] = byIdElseName(candidates, query, ({ name }) => name);
  if (!match) throw unknown();
  if (others.length === 0) return match;
  const lines = [match, ...others].map(({ id }) => `\t* for the ${noun} "${query}": ${id}`);
  throw ambiguous(noun, query, lines);
}

function byIdElseName<T extends { readonly id: string }>(
  candidates: readonly T[],
  query: string,
  nameOf: (candidate: T) => string,
): readonly T[] {
  const byId = candidates.filter(({ id }) => isSameId(id, query));
  return byId.length > 0 ? byId : candidates.filter((candidate) => nameOf(candidate) === query);
}

/** [S] for items, trailing blank included; [?] that the other nouns read alike. */
function ambiguous(noun: string, query: string, lines: readonly string[]): OpFailure {
  const title = `More than one ${noun} matches "${query}". Try again and specify the ${noun} by its ID: `;
  return new OpFailure([title, ...lines].join("\n"));
}
