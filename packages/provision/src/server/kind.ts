import type { MintedKind } from "../minting/kind.ts";
import type { OpCli } from "../op/op-cli.ts";
import type { OpServer } from "../op/servers.ts";

/** Connect servers, as they are minted. */
export function serverKind(op: OpCli): MintedKind<OpServer> {
  return {
    noun: "Connect server",
    ended: "deleted",
    idOf: ({ serverId, tokenId }) => (tokenId === undefined ? serverId : undefined),
    list: (freshness) => (freshness === "fresh" ? op.listServers() : op.recentServers()),
    delete: (id) => op.deleteServer(id),
    leavingAs: (id) => id,
    deleteCommand: (id) => `op connect server delete ${id}`,
  };
}
