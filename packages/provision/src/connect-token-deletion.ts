import { isSameOnePasswordId } from "@opconnect/core";
import { withAdminCommand } from "./admin-command.ts";
import { isAdoptedByAnother } from "./claim.ts";
import { deleteInOnePassword, tokenMintable } from "./connect-token-mint.ts";
import { type Lease, withLease } from "./lease.ts";
import { type MintingSystems, retireLeftBehind } from "./minting.ts";
import { retireStored } from "./retirement.ts";
import type { StoreTags } from "./store-tags.ts";
import { readState } from "./stored-state.ts";

/** A Connect token that shall be revoked. */
export interface TokenDeletion {
  readonly tokenId: string;
  /**
   * Name in 1Password, to find what a minting left behind that was cut short.
   * @default - that of the secret's tags
   */
  readonly name?: string | undefined;
  readonly serverId: string;
  /** The secret that keeps it. */
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
 * Revokes a Connect token and marks the stored one as retired. One that is gone already, or whose
 * server or secret is, is no error. What a minting left behind that was cut short goes too.
 * @returns `"kept"` if another resource has adopted it since: it is left alone.
 * @throws `STORE_…` and `OP_…` codes.
 */
export async function deleteToken(
  deletion: TokenDeletion,
  systems: MintingSystems,
): Promise<"deleted" | "kept"> {
  const { tokenId, serverId, secretId, adminCommand } = deletion;
  const { op, store } = systems;
  const deleteIt = () =>
    withAdminCommand(adminCommand, () => deleteInOnePassword({ id: tokenId, serverId }, op));
  if ((await store.describe(secretId)) === undefined) {
    await deleteIt();
    return "deleted";
  }
  const isMeant = (tags: StoreTags) => isSameOnePasswordId(tags.tokenId ?? "", tokenId);
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
  { tokenId, name, serverId, secretId, adminCommand }: TokenDeletion,
  { op, store }: MintingSystems,
  lease: Lease,
): Promise<boolean> {
  const state = await readState(store, secretId);
  if (state.tags.minting === undefined) return false;
  const recorded = name ?? state.tags.name;
  if (recorded === undefined) return true;
  const request = { name: recorded, serverId, vaults: [], revision: 1 };
  const mintable = tokenMintable(request, op, tokenId);
  await withAdminCommand(adminCommand, () => retireLeftBehind(mintable, { state, lease }));
  return true;
}
