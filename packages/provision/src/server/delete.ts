import { deleteMinted, type MintedDeletion, type MintedFate } from "../minting/deletion/delete.ts";
import type { MintingSystems } from "../minting/request.ts";
import { serverKind } from "./kind.ts";

/** A Connect server that shall be gone; its secret keeps the credentials file. */
export interface ServerDeletion extends MintedDeletion {
  readonly serverId: string;
}

/**
 * Deletes a Connect server, which ends its credentials file and all its Connect tokens, and marks
 * the stored credentials file as retired. One that is gone already is no error, nor is a secret
 * that is. What a minting left behind that was cut short goes too.
 * Where others have it, it stays, and the caller is taken off.
 * @throws `STORE_…` and `OP_…` codes, and what `requireUnused` throws.
 */
export async function deleteServer(
  deletion: ServerDeletion,
  systems: MintingSystems,
): Promise<MintedFate> {
  return deleteMinted(serverKind(systems.op), deletion.serverId, deletion, systems);
}
