import { isOnePasswordId } from "@opconnect/core";
import { z } from "zod";
import { flag } from "./run/call.ts";
import type { OpRunner } from "./run/runner.ts";

/** A vault as `op` describes it. */
export type OpVault = z.infer<typeof vaultRow>;

export interface VaultText {
  readonly title?: string | undefined;
  readonly description?: string | undefined;
  /** Keyword of an icon, e.g. `"gears"`. */
  readonly icon?: string | undefined;
}

/**
 * The commands for vaults.
 * @see https://developer.1password.com/docs/cli/reference/management-commands/vault
 */
export function vaultCommands({ change, json }: OpRunner) {
  return {
    /**
     * Lists the vaults that the person signed in can read; or, with the name of a permission, those
     * where they have it, readable or not.
     */
    listVaults(filter?: { readonly permission: string }): Promise<readonly OpVault[]> {
      const args = ["vault", "list", ...flag("--permission", filter?.permission)];
      const purpose =
        filter === undefined
          ? "list the vaults"
          : `list the vaults where you have ${filter.permission}`;
      return json({ args, purpose }, z.array(vaultRow));
    },

    getVault: (id: string): Promise<OpVault> =>
      json({ args: ["vault", "get", id], purpose: `get the vault ${id}` }, vaultRow),

    createVault(vault: VaultText & { readonly title: string }): Promise<OpVault> {
      const { title, description, icon } = vault;
      const looks = [...flag("--description", description), ...flag("--icon", icon)];
      const args = ["vault", "create", title, ...looks];
      return json({ args, purpose: `create the vault "${title}"`, changes: true }, vaultRow);
    },

    /** Changes what is given, and leaves the rest as it is. */
    editVault(edit: VaultText & { readonly id: string }): Promise<void> {
      const { id, title, description, icon } = edit;
      const looks = [...flag("--description", description), ...flag("--icon", icon)];
      const args = ["vault", "edit", id, ...flag("--name", title), ...looks];
      return change({ args, purpose: `edit the vault ${id}`, vaultIds: [id] });
    },

    /** Deletes a vault with everything in it, without asking. */
    deleteVault: (id: string): Promise<void> =>
      change({
        args: ["vault", "delete", id],
        purpose: `delete the vault ${id}`,
        vaultIds: [id],
      }),
  };
}

/** Id of a vault, in lower case. */
export const vaultId = z
  .string()
  .refine(isOnePasswordId, "no id of 26 letters and digits")
  .toLowerCase();
const vaultRow = z.object({
  id: vaultId,
  name: z.string(),
  /** Only `getVault` and `createVault` know it. */
  description: z.string().optional(),
  /** Number of items; only `getVault` is sure to know it. */
  items: z.number().optional(),
});
