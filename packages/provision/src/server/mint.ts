import type { MintingSystems } from "../minting/request.ts";
import { readTags } from "../minting/stored-state.ts";
import { ensureServer } from "./ensure.ts";
import { serverNeed } from "./need.ts";
import { renameServer } from "./rename.ts";
import type { ServerRecord, ServerRequest } from "./request.ts";

/**
 * Does a person's part for a Connect server, without a cluster and without a state: what the store
 * holds stays with those that have it, and nothing is taken from it.
 * @throws `MINTING_UNDECIDED`, and what {@link ensureServer} and {@link renameServer} throw.
 */
export async function mintServer(
  request: ServerRequest,
  systems: MintingSystems,
): Promise<ServerRecord> {
  const need = await serverNeed(request, systems);
  if (need.action === "rename") {
    const { serverId = "" } = await readTags(systems.store, request.secretId);
    await renameServer({ ...request, serverId }, systems);
    await serverNeed(request, systems);
  }
  return ensureServer({ ...request, isStateless: true }, systems);
}
