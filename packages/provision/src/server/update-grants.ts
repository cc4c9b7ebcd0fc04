import { isSameGrants, planGrants, type VaultGrant } from "@opconnect/core";
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
  /** Vaults it is granted, by what the caller knows: nothing in 1Password lists them. */
  readonly previous: readonly VaultGrant[];
}

/**
 * Grants the vaults added and revokes those removed. Does not touch `op` where nothing changed. The
 * store is told before: a change that was cut short is ended, or taken back, by the next. So is one
 * that ended without the caller's knowing, of which only the store tells.
 * Tokens made before do not cover an added vault; a removed one they lose.
 * @throws `OP_VAULT_ACCESS`, `OP_NOT_SIGNED_IN` and other `OP_…` codes, `STORE_…` codes.
 */
export async function updateServerGrants(
  update: GrantUpdate,
  { op, store }: MintingSystems,
): Promise<void> {
  const { serverId, secretId, vaults } = update;
  const tags = await readTags(store, secretId);
  const isDescribedHere = isDescribed(serverKind(op), serverId, tags);
  const isCutShort = isDescribedHere && tags.granting !== undefined;
  const told = isDescribedHere ? tags.vaults : update.previous;
  if (!isCutShort && [told, update.previous].every((each) => isSameGrants(each, vaults))) return;
  const either = union(update.previous, told);
  const { revoked } = planGrants(either, vaults);
  const granted = isCutShort ? vaults : planGrants(both(update.previous, told), vaults).granted;
  const tell = async (granting: string, described: readonly VaultGrant[]) => {
    const tagged = { "opconnect:granting": granting, ...encodeVaultTags(described) };
    if (isDescribedHere) await store.tag(secretId, tagged);
  };
  await withAdminCommand(update.adminCommand, async () => {
    // A runner that cannot do it is turned away before anything is written.
    if (granted.length + revoked.length > 0) {
      await op.recentServers();
      await tell("true", union(vaults, either));
    }
    for (const { id } of granted) {
      await explainingVaultRefusal([id], op, () => grantVault({ serverId, vaultId: id }, op));
    }
    for (const { id } of revoked) await revokeVault({ serverId, vaultId: id }, op);
  });
  await tell("", vaults);
}

function union(one: readonly VaultGrant[], other: readonly VaultGrant[]): readonly VaultGrant[] {
  return [...one, ...planGrants(one, other).granted];
}

function both(one: readonly VaultGrant[], other: readonly VaultGrant[]): readonly VaultGrant[] {
  const { revoked } = planGrants(one, other);
  return one.filter((vault) => !revoked.includes(vault));
}
