import type { MintingNeed } from "../minting/need.ts";
import { findStoredVault, nameTaken, type VaultRequest, type VaultSystems } from "./ensure.ts";
import { findByTitle } from "./find-by-title.ts";
import { isMarked } from "./marked-description.ts";

/**
 * Finds out whether a person has to create a vault, by what the store and 1Password have, and
 * changes nothing.
 * @throws `OP_NAME_TAKEN`, `OP_AMBIGUOUS_NAME`, other `OP_…` codes and `STORE_…` codes.
 */
export async function vaultNeed(
  request: VaultRequest,
  { op, store }: VaultSystems,
): Promise<MintingNeed> {
  const { title, mark, adopt = false } = request;
  const stored = await findStoredVault(request, store);
  if (stored !== undefined) return { action: "none", id: stored };
  const found = findByTitle(title, await op.recentVaults());
  if (found === undefined) return { action: "create" };
  const { description } = await op.getVault(found.id);
  if (!isMarked(description, mark) && !adopt) throw nameTaken(title, found.id, mark);
  return { action: "none", id: found.id };
}
