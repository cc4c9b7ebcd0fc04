import { isSameOnePasswordId } from "@opconnect/core";
import { withAdminCommand } from "./admin-command.ts";
import { isAdoptedByAnother } from "./claim.ts";
import { deleteInOnePassword, serverMintable } from "./connect-server-mint.ts";
import { type Lease, withLease } from "./lease.ts";
import { type MintingSystems, retireLeftBehind } from "./minting.ts";
import { retireStored } from "./retirement.ts";
import type { StoreTags } from "./store-tags.ts";
import { readState } from "./stored-state.ts";

/** A Connect server that shall be gone. */
export interface ServerDeletion {
  readonly serverId: string;
  /**
   * Name in 1Password, to find what a minting left behind that was cut short.
   * @default - that of the secret's tags
   */
  readonly name?: string | undefined;
  /** The secret that keeps its credentials file. */
  readonly secretId: string;
  /**
   * What `claimStored` returned when it was adopted. Where somebody else has adopted it since, it
   * is left alone.
   * @default - it was minted, not adopted
   */
  readonly claim?: string | undefined;
  /** What somebody who can mint has to run, e.g. `"pulumi destroy --stack acme-prod"`. */
  readonly adminCommand: string;
}

/**
 * Deletes a Connect server, which ends its credentials file and all its Connect tokens, and marks
 * the stored credentials file as retired. One that is gone already is no error, nor is a secret
 * that is. What a minting left behind that was cut short goes too.
 * @returns `"kept"` if another resource has adopted it since: it is left alone.
 * @throws `STORE_…` and `OP_…` codes.
 */
export async function deleteServer(
  deletion: ServerDeletion,
  systems: MintingSystems,
): Promise<"deleted" | "kept"> {
  const { serverId, secretId, adminCommand } = deletion;
  const { op, store } = systems;
  const deleteIt = () => withAdminCommand(adminCommand, () => deleteInOnePassword(serverId, op));
  if ((await store.describe(secretId)) === undefined) {
    await deleteIt();
    return "deleted";
  }
  const isMeant = (tags: StoreTags) => isSameOnePasswordId(tags.serverId ?? "", serverId);
  const work = async (lease: Lease): Promise<"deleted" | "kept"> => {
    if (await isAdoptedByAnother(store, secretId, isMeant, deletion.claim)) return "kept";
    await deleteIt();
    const isAnnounced = await retireLeftovers(deletion, systems, lease);
    await retireStored(store, secretId, isMeant);
    if (isAnnounced) await store.tag(secretId, { "opconnect:minting": "" });
    return "deleted";
  };
  return withLease(store, secretId, work, systems.lease);
}

/** Answers whether a minting was announced. */
async function retireLeftovers(
  { serverId, name, secretId, adminCommand }: ServerDeletion,
  { op, store }: MintingSystems,
  lease: Lease,
): Promise<boolean> {
  const state = await readState(store, secretId);
  if (state.tags.minting === undefined) return false;
  const recorded = name ?? state.tags.name;
  if (recorded === undefined) return true;
  const mintable = serverMintable({ name: recorded, vaults: [], revision: 1 }, op, serverId);
  await withAdminCommand(adminCommand, () => retireLeftBehind(mintable, { state, lease }));
  return true;
}
