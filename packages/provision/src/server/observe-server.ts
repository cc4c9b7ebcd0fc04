import type { VaultGrant } from "@opconnect/core";
import { isConnectError, isSameOnePasswordId } from "@opconnect/core";
import type { MintingSystems } from "../minting/mint.ts";
import { type ObservedSecret, observeSecret } from "../minting/observe-secret.ts";
import { isLive, isRevoked } from "../op/object-state.ts";
import type { OpCli } from "../op/op-cli.ts";
import type { OpToken } from "../op/tokens.ts";

/** A Connect server as it was recorded. */
export interface WatchedServer {
  readonly serverId: string;
  readonly name: string;
  /** The secret that keeps its credentials file. */
  readonly secretId: string;
  /** Vaults it was granted. */
  readonly vaults: readonly VaultGrant[];
  /**
   * Keys of the vaults that tokens of the environment cover: of the others nothing can be told.
   * @default - all vaults
   */
  readonly witnessed?: readonly string[] | undefined;
}

/** A Connect server as it is. */
export interface ObservedServer extends ObservedSecret {
  /** `"gone"` only where 1Password says so; `"unknown"` where `op` cannot tell. */
  readonly presence: "live" | "gone" | "unknown";
  /** Name in 1Password, where `op` can tell. */
  readonly name?: string;
  /** Those of the recorded vaults that it is granted, as far as its tokens show. */
  readonly vaults: readonly VaultGrant[];
}

/**
 * Compares a Connect server with what was recorded. No command lists the vaults of a server: what
 * its live tokens show is taken for it, and without a live token the record. Whatever cannot be
 * asked is `"unknown"`, and never `"gone"`. Asks `op` twice, reads no value, changes nothing.
 */
export async function observeServer(
  watched: WatchedServer,
  { op, store }: Pick<MintingSystems, "op" | "store">,
): Promise<ObservedServer> {
  const { serverId, secretId } = watched;
  const isMeant = (tags: { serverId?: string; tokenId?: string }) =>
    isSameOnePasswordId(tags.serverId ?? "", serverId) && tags.tokenId === undefined;
  const secret = await observeSecret(store, secretId, isMeant);
  const seen = await observeInOnePassword(watched, op);
  return {
    ...secret,
    ...seen,
    drift: [...seen.drift, ...secret.drift],
    unknown: [...seen.unknown, ...secret.unknown],
  };
}

type Seen = Pick<ObservedServer, "presence" | "name" | "vaults" | "drift" | "unknown">;

async function observeInOnePassword(watched: WatchedServer, op: OpCli): Promise<Seen> {
  const { serverId, name, vaults } = watched;
  try {
    const servers = await op.recentServers();
    const row = servers.find(({ id }) => isSameOnePasswordId(id, serverId));
    if (row === undefined) {
      const unknown = [
        `\`op\` does not list the Connect server ${serverId}, which proves nothing.`,
      ];
      return { presence: "unknown", vaults, drift: [], unknown };
    }
    if (isRevoked(row)) {
      const drift = [`The Connect server ${serverId} was deleted.`];
      return { presence: "gone", name: row.name, vaults, drift, unknown: [] };
    }
    const renamed =
      row.name === name
        ? []
        : [`The Connect server ${serverId} is named "${row.name}", not "${name}".`];
    const grants = grantsShown(watched, await op.recentTokens(serverId));
    const drift = [...renamed, ...grants.drift];
    return { presence: "live", name: row.name, vaults: grants.vaults, drift, unknown: [] };
  } catch (error) {
    if (!isConnectError(error)) throw error;
    return { presence: "unknown", vaults, drift: [], unknown: [error.happened] };
  }
}

/** A token covers what it was made for, as far as its server still has it. */
function grantsShown(
  { serverId, vaults, witnessed }: WatchedServer,
  tokens: readonly OpToken[],
): Pick<Seen, "vaults" | "drift"> {
  const shown = new Set(tokens.filter(isLive).flatMap((token) => token.vaults.map(({ id }) => id)));
  if (!tokens.some(isLive)) return { vaults, drift: [] };
  const isWitnessed = ({ key }: VaultGrant) => witnessed?.includes(key) ?? true;
  const lost = vaults.filter((vault) => isWitnessed(vault) && !shown.has(vault.id.toLowerCase()));
  const known = new Set(vaults.map(({ id }) => id.toLowerCase()));
  const others = [...shown].filter((id) => !known.has(id));
  return {
    vaults: vaults.filter((vault) => !lost.includes(vault)),
    drift: [
      ...lost.map(
        ({ key, id }) =>
          `No token of the Connect server ${serverId} shows the vault "${key}" (${id}) any more.`,
      ),
      ...others.map((id) => `A token of the Connect server ${serverId} shows the vault ${id} too.`),
    ],
  };
}
