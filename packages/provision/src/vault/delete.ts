import { isConnectError } from "@opconnect/core";
import { type AdminTask, withAdminCommand } from "../op/admin-command.ts";
import type { OpCli } from "../op/op-cli.ts";

/** A vault that shall be gone with its environment. */
export interface VaultDeletion extends AdminTask {
  readonly id: string;
  /**
   * Delete it with the items that are in it.
   * @default false
   */
  readonly evenIfNotEmpty?: boolean | undefined;
}

/** What became of a vault that should be gone. */
export type VaultFate =
  | { readonly outcome: "deleted" }
  /** There are items in it, or nothing says that there are none. */
  | { readonly outcome: "kept"; readonly items: number | undefined; readonly happened: string }
  /** It does not exist any more, or `op` does not show it to this person. */
  | { readonly outcome: "not-shown"; readonly happened: string };

/**
 * Deletes a vault if there are no items in it. One with items is kept, and the answer says so.
 * @throws `OP_NOT_SIGNED_IN`, `OP_VAULT_ACCESS` and other `OP_…` codes.
 */
export async function deleteVault(
  { id, evenIfNotEmpty = false, adminCommand }: VaultDeletion,
  { op }: { readonly op: OpCli },
): Promise<VaultFate> {
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
