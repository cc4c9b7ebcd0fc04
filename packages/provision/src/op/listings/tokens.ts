import type { OpCli, OpToken } from "../op-cli.ts";
import { createRecentListing } from "./recent-listing.ts";

const listing = createRecentListing<OpToken>((op, serverId) => op.listTokens(serverId));

/** The tokens of a Connect server, as listed within the last two minutes. */
export function recentTokens(op: OpCli, serverId: string): Promise<readonly OpToken[]> {
  return listing.recent(op, serverId);
}

/** The tokens of a Connect server, as they are now. */
export function freshTokens(op: OpCli, serverId: string): Promise<readonly OpToken[]> {
  return listing.fresh(op, serverId);
}

/** Forgets what was listed, as a token was created or deleted. */
export function forgetTokens(op: OpCli): void {
  listing.forget(op);
}
