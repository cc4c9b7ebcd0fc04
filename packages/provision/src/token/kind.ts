import type { MintedKind } from "../minting/kind.ts";
import type { OpCli } from "../op/op-cli.ts";
import type { OpToken } from "../op/tokens.ts";

/** The Connect tokens of a server, as they are minted. */
export function tokenKind(op: OpCli, serverId: string): MintedKind<OpToken> {
  return {
    noun: "Connect token",
    ended: "revoked",
    idOf: ({ tokenId }) => tokenId,
    list: (freshness) =>
      freshness === "fresh" ? op.listTokens(serverId) : op.recentTokens(serverId),
    delete: (id) => op.deleteToken({ id, serverId }),
    deleteCommand: (id) => `op connect token delete ${id} --server ${serverId}`,
  };
}
