import type { OpCli, OpServer } from "../op-cli.ts";
import { takeServersJustListed } from "./minting-right.ts";
import { createRecentListing } from "./recent-listing.ts";

const listing = createRecentListing<OpServer>(async (op, _, isFresh) => {
  const listed = isFresh ? undefined : await takeServersJustListed(op);
  return listed ?? op.listServers();
});

/**
 * The account's Connect servers, as listed within the last two minutes: whether this person may
 * mint, which names are taken and what was deleted is all read from one list.
 */
export function recentServers(op: OpCli): Promise<readonly OpServer[]> {
  return listing.recent(op, "");
}

/** The account's Connect servers, as they are now. */
export function freshServers(op: OpCli): Promise<readonly OpServer[]> {
  return listing.fresh(op, "");
}

/** Forgets what was listed, as a server was created, changed or deleted. */
export function forgetServers(op: OpCli): void {
  listing.forget(op);
}
