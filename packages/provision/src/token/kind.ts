import type { MintedKind } from "../minting/kind.ts";
import { isKnownRevoked } from "../op/object-state.ts";
import type { OpCli } from "../op/op-cli.ts";
import { isRefused } from "../op/refusal.ts";
import type { OpToken } from "../op/tokens.ts";

/** The Connect tokens of a server, as they are minted. */
export function tokenKind(op: OpCli, serverId: string): MintedKind<OpToken> {
  return {
    noun: "Connect token",
    ended: "revoked",
    serverId,
    idOf: ({ tokenId }) => tokenId,
    list: (freshness) =>
      freshness === "fresh" ? listTokens(serverId, op) : op.recentTokens(serverId),
    delete: (id) => op.deleteToken({ id, serverId }),
    leavingAs: (id) => `${id}@${serverId}`,
    deleteCommand: (id) => `op connect token delete ${id} --server ${serverId}`,
  };
}

/** The tokens of a server that was deleted are gone, whether `op` still lists them or not. */
async function listTokens(serverId: string, op: OpCli): Promise<readonly OpToken[]> {
  try {
    return await op.listTokens(serverId);
  } catch (error) {
    if (isRefused(error) && (await isKnownRevoked(serverId, () => op.listServers()))) return [];
    throw error;
  }
}
