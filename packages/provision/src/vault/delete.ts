import { isConnectError, isSameOnePasswordId } from "@opconnect/core";
import { readTags } from "../minting/stored-state.ts";
import { type AdminTask, withAdminCommand } from "../op/admin-command.ts";
import type { CredentialStore } from "../store/contract/credential-store.ts";
import type { VaultSystems } from "./ensure.ts";

/** A vault that shall be gone with its environment. */
export interface VaultDeletion extends AdminTask {
  readonly id: string;
  /**
   * Delete it with the items that are in it.
   * @default false
   */
  readonly evenIfNotEmpty?: boolean | undefined;
  /**
   * Secret that keeps the credentials file of the environment's Connect server: as long as that has
   * the vault, it stays. Where it is deleted with its server, it goes after it.
   * @default - no server is asked
   */
  readonly secretId?: string | undefined;
}

/** What became of a vault that should be gone. */
export type VaultFate =
  | { readonly outcome: "deleted" }
  /** There are items in it, or nothing says that there are none. */
  | { readonly outcome: "kept"; readonly items: number | undefined; readonly happened: string }
  /** A live Connect server of the environment has it, so another resource does too. */
  | { readonly outcome: "in-use"; readonly happened: string }
  /** It does not exist any more, or `op` does not show it to this person. */
  | { readonly outcome: "not-shown"; readonly happened: string };

/**
 * Deletes a vault if there are no items in it. One with items is kept, and so is one that the
 * environment's Connect server has; the answer says so.
 * @throws `OP_NOT_SIGNED_IN`, `OP_VAULT_ACCESS` and other `OP_…` codes, `STORE_…` codes.
 */
export async function deleteVault(
  { id, evenIfNotEmpty = false, secretId, adminCommand }: VaultDeletion,
  { op, store }: VaultSystems,
): Promise<VaultFate> {
  const serverId = await serverWith(id, secretId, store);
  if (serverId !== undefined) {
    const happened = `The vault ${id} is kept: the Connect server ${serverId} has it, which another resource has.`;
    return { outcome: "in-use", happened };
  }
  return withAdminCommand(adminCommand, async () => {
    try {
      if (!evenIfNotEmpty) {
        const { name, items } = await op.getVault(id);
        if (items !== 0) return kept(id, name, items);
      }
      await op.deleteVault(id);
      return { outcome: "deleted" };
    } catch (error) {
      if (!isConnectError(error) || error.code !== "OP_NOT_FOUND") throw error;
      const happened = `\`op\` shows no vault ${id}: it was deleted already, or you may not see it.`;
      return { outcome: "not-shown", happened };
    }
  });
}

/** Id of the live server of the environment that has the vault, by the tags of its credentials. */
async function serverWith(
  vaultId: string,
  secretId: string | undefined,
  store: CredentialStore | undefined,
): Promise<string | undefined> {
  if (secretId === undefined || store === undefined) return undefined;
  const { fingerprint, retired, vaults, serverId } = await readTags(store, secretId);
  if (fingerprint === undefined || fingerprint === retired) return undefined;
  return vaults.some((vault) => isSameOnePasswordId(vault.id, vaultId)) ? serverId : undefined;
}

function kept(id: string, name: string, items: number | undefined): VaultFate {
  const held =
    items === undefined
      ? "`op` does not say whether it is empty"
      : `it holds ${items} ${items === 1 ? "item" : "items"}`;
  return {
    outcome: "kept",
    items,
    happened: `The vault "${name}" (${id}) is kept: ${held}. To delete it all the same: \`op vault delete ${id}\`.`,
  };
}
