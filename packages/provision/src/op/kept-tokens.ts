import { decodeConnectToken, isSameOnePasswordId } from "@opconnect/core";
import { KeptList } from "./kept-list.ts";
import { unlessRefused } from "./refusal.ts";
import type { ServerVault } from "./servers.ts";
import type { NewToken, OpToken, tokenCommands } from "./tokens.ts";

/**
 * The tokens of Connect servers. Those of the first server are listed alone; where those of another
 * are asked for, all of the account are listed at once. Where that shows none of a server, or not
 * whose they are, those of the server are listed.
 */
export class KeptTokens {
  readonly #listTokens: ListTokens;
  readonly #all: KeptList<OpToken>;
  readonly #ofServers = new Map<string, KeptList<OpToken>>();
  readonly #grantedAt = new Map<string, number>();

  constructor(listTokens: ListTokens) {
    this.#listTokens = listTokens;
    this.#all = new KeptList(() => listTokens());
  }

  /** Asks for those of a server, or of all. */
  list(serverId?: string): Promise<readonly OpToken[]> {
    return (serverId === undefined ? this.#all : this.#of(serverId)).list();
  }

  /** Those of a server, as listed since a time in milliseconds since 1970. */
  async recent(serverId: string, since: number): Promise<readonly OpToken[]> {
    const own = this.#of(serverId);
    if (own.isKept(since) || this.#ofServers.size === 1) return own.recent(since);
    const all = (await unlessRefused(() => this.#all.recent(since))) ?? [];
    const shown = all.filter(isOf(serverId));
    const tellsServers = all.every((token) => token.serverId !== undefined);
    return tellsServers && shown.length > 0 ? shown : own.recent(since);
  }

  /** When a vault was last granted to a server: a list of before may lack it. */
  grantedAt(serverId: string): number {
    return this.#grantedAt.get(serverId.toLowerCase()) ?? 0;
  }

  /** A server that was just made has no tokens. */
  begin(serverId: string): void {
    this.#of(serverId).begin();
  }

  /** @param value The new token, which is secret. */
  add({ name, serverId }: Pick<NewToken, "name" | "serverId">, value: string): void {
    const { id, vaults } = decodeConnectToken(value);
    const createdAt = new Date().toISOString();
    // What its permissions are called only `op` tells.
    const shown = vaults.map((vault) => ({ id: vault.id.toLowerCase(), acl: [] }));
    const row = { id, name, serverId, state: "ACTIVE", createdAt, vaults: shown };
    for (const list of [this.#of(serverId), this.#all]) list.add(row);
  }

  revoke({ id, serverId }: { readonly id: string; readonly serverId: string }): void {
    for (const list of [this.#of(serverId), this.#all]) list.change(id, revoked);
  }

  revokeAll(serverId: string): void {
    this.#changeAll(serverId, revoked);
  }

  grant({ serverId }: ServerVault): void {
    this.#grantedAt.set(serverId.toLowerCase(), Date.now());
  }

  /** A token shows those of its vaults that its server is granted. */
  withhold({ serverId, vaultId }: ServerVault): void {
    this.#changeAll(serverId, (row) => ({
      ...row,
      vaults: row.vaults.filter(({ id }) => !isSameOnePasswordId(id, vaultId)),
    }));
  }

  forget(serverId: string): void {
    for (const list of [this.#of(serverId), this.#all]) list.forget();
  }

  #changeAll(serverId: string, changed: (row: OpToken) => OpToken): void {
    this.#of(serverId).changeAll(changed);
    const isMeant = isOf(serverId);
    this.#all.changeAll((row) => (isMeant(row) ? changed(row) : row));
  }

  #of(serverId: string): KeptList<OpToken> {
    const key = serverId.toLowerCase();
    const list = this.#ofServers.get(key) ?? new KeptList(() => this.#listTokens(serverId));
    this.#ofServers.set(key, list);
    return list;
  }
}

type ListTokens = ReturnType<typeof tokenCommands>["listTokens"];

function isOf(id: string) {
  return ({ serverId = "" }: OpToken) => isSameOnePasswordId(serverId, id);
}

/** As `op` lists a Connect server or a Connect token that was deleted. */
export function revoked<T extends { readonly state: string }>(row: T): T {
  return { ...row, state: "REVOKED" };
}
