import { planGrants, type VaultGrant } from "@opconnect/core";
import { isDescribed } from "../minting/kind.ts";
import type { MintingRequest, MintingSystems } from "../minting/request.ts";
import { readTags } from "../minting/stored-state.ts";
import { withAdminCommand } from "../op/admin-command.ts";
import { encodeVaultTags } from "../store/contract/value-tags.ts";
import { explainingVaultRefusal } from "../vault/access/explain-refusal.ts";
import { grantVault, revokeVault } from "./change-grant.ts";
import { serverKind } from "./kind.ts";

/** A change of the vaults that a Connect server is granted. */
export interface GrantUpdate extends Pick<MintingRequest, "secretId" | "vaults" | "adminCommand"> {
  readonly serverId: string;
  /** Vaults it is granted: nothing in 1Password lists them. */
  readonly previous: readonly VaultGrant[];
}

/**
 * Grants the vaults added and revokes those removed. Does not touch `op` where nothing changed.
 * Tokens made before do not cover an added vault; a removed one they lose.
 * @throws `OP_VAULT_ACCESS`, `OP_NOT_SIGNED_IN` and other `OP_…` codes, `STORE_…` codes.
 */
export async function updateServerGrants(
  update: GrantUpdate,
  { op, store }: MintingSystems,
): Promise<void> {
  const { serverId, secretId, vaults, previous } = update;
  const { granted, revoked } = planGrants(previous, vaults);
  await withAdminCommand(update.adminCommand, async () => {
    for (const { id } of granted) {
      await explainingVaultRefusal([id], op, () => grantVault({ serverId, vaultId: id }, op));
    }
    for (const { id } of revoked) await revokeVault({ serverId, vaultId: id }, op);
  });
  if (isSameList(previous, vaults)) return;
  const isDescribedHere = isDescribed(serverKind(op), serverId, await readTags(store, secretId));
  if (isDescribedHere) await store.tag(secretId, encodeVaultTags(vaults));
}

function isSameList(one: readonly VaultGrant[], other: readonly VaultGrant[]): boolean {
  const words = (vaults: readonly VaultGrant[]) =>
    vaults.map(({ key, id, access }) => `${key}=${id.toLowerCase()}:${access}`).sort();
  return JSON.stringify(words(one)) === JSON.stringify(words(other));
}
