import { deleteMinted, type MintedDeletion, type MintedFate } from "../minting/deletion/delete.ts";
import type { MintingSystems } from "../minting/request.ts";
import { tokenKind } from "./kind.ts";

/** A Connect token that shall be revoked. */
export interface TokenDeletion extends MintedDeletion {
  readonly tokenId: string;
  readonly serverId: string;
}

/**
 * Revokes a Connect token and marks the stored one as retired. One that is gone already, or whose
 * server or secret is, is no error. What a minting left behind that was cut short goes too.
 * Where others have it, it stays, and the caller is taken off.
 * @throws `STORE_…` and `OP_…` codes, and what `requireUnused` throws.
 */
export async function deleteToken(
  deletion: TokenDeletion,
  systems: MintingSystems,
): Promise<MintedFate> {
  const { tokenId, serverId } = deletion;
  return deleteMinted(tokenKind(systems.op, serverId), tokenId, deletion, systems);
}
