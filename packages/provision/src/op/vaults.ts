import { isOnePasswordId } from "@opconnect/core";
import { z } from "zod";
import type { OpJson } from "./op-json.ts";
import type { OpRun } from "./run-op.ts";

/**
 * The commands for vaults.
 * @see https://developer.1password.com/docs/cli/reference/management-commands/vault
 */
export interface OpVaults {
  /**
   * Lists the vaults that the person signed in can read; or, with a permission, those where they
   * have it, readable or not.
   */
  listVaults(filter?: VaultFilter): Promise<readonly OpVault[]>;
  getVault(id: string): Promise<OpVault>;
  createVault(vault: NewVault): Promise<OpVault>;
  /** Changes what is given, and leaves the rest as it is. */
  editVault(vault: VaultEdit): Promise<void>;
  /** Deletes a vault with everything in it, without asking. */
  deleteVault(id: string): Promise<void>;
}

/** Which vaults to list. */
export interface VaultFilter {
  /** Name of a permission, e.g. `"manage_vault"`. */
  readonly permission: string;
}

/** A vault as `op` describes it. */
export interface OpVault {
  readonly id: string;
  readonly name: string;
  /** Only `getVault` and `createVault` know it. */
  readonly description?: string | undefined;
  /** Number of items; only `getVault` is sure to know it. */
  readonly items?: number | undefined;
}

/** A vault to be created. */
export interface NewVault {
  readonly title: string;
  readonly description?: string | undefined;
  /** Keyword of an icon, e.g. `"gears"`. */
  readonly icon?: string | undefined;
}

/** What shall be changed of a vault. */
export interface VaultEdit {
  readonly id: string;
  readonly title?: string | undefined;
  readonly description?: string | undefined;
  readonly icon?: string | undefined;
}

/** The commands for vaults of the `op` that `run` and `json` start. */
export function createOpVaults(run: OpRun, json: OpJson): OpVaults {
  return {
    listVaults(filter) {
      const args = ["vault", "list", ...flag("--permission", filter?.permission)];
      const purpose =
        filter === undefined
          ? "list the vaults"
          : `list the vaults where you have ${filter.permission}`;
      return json({ args, purpose }, z.array(vault));
    },

    getVault: (id) => json({ args: ["vault", "get", id], purpose: `get the vault ${id}` }, vault),

    createVault({ title, description, icon }) {
      const looks = [...flag("--description", description), ...flag("--icon", icon)];
      const args = ["vault", "create", title, ...looks];
      return json({ args, purpose: `create the vault "${title}"`, changes: true }, vault);
    },

    async editVault({ id, title, description, icon }) {
      const looks = [...flag("--description", description), ...flag("--icon", icon)];
      const args = ["vault", "edit", id, ...flag("--name", title), ...looks];
      const purpose = `edit the vault ${id}`;
      await run({ args, purpose, vaultIds: [id], changes: true, silent: true });
    },

    async deleteVault(id) {
      const args = ["vault", "delete", id];
      const purpose = `delete the vault ${id}`;
      await run({ args, purpose, vaultIds: [id], changes: true, silent: true });
    },
  };
}

function flag(name: string, value: string | undefined): readonly string[] {
  return value === undefined ? [] : [name, value];
}

const vaultId = z.string().refine(isOnePasswordId, "no id of 26 letters and digits").toLowerCase();
const vault = z.object({
  id: vaultId,
  name: z.string(),
  description: z.string().optional(),
  items: z.number().optional(),
});
