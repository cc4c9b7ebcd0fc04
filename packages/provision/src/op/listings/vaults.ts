import { isConnectError } from "@opconnect/core";
import type { OpCli, OpVault } from "../op-cli.ts";

/** The account's vaults, as listed a moment ago. */
export interface VaultListing {
  /**
   * Vaults that the person signed in manages, also those that they cannot read: an administrator
   * manages the vaults that others create without seeing them in a plain list.
   */
  managed(): Promise<readonly OpVault[]>;
  /** Vaults that the person can read. */
  readable(): Promise<readonly OpVault[]>;
  /** Takes note of a vault created since. */
  add(vault: OpVault): void;
  /** Lists anew the next time. */
  forget(): void;
}

/**
 * A listing of the vaults that calls shortly after each other share. It is extended rather than
 * dropped when a vault is created: the vaults of an environment are created one by one, and each
 * would list all others anew.
 * @param keptMs How long the listing is kept after it was last used, in milliseconds.
 */
export function createVaultListing(op: OpCli, keptMs = 15_000): VaultListing {
  const managed = keptList(() => listManagedVaults(op), keptMs);
  const readable = keptList(() => op.listVaults(), keptMs);
  return {
    managed: managed.get,
    readable: readable.get,
    add(vault) {
      managed.add(vault);
      readable.add(vault);
    },
    forget() {
      managed.forget();
      readable.forget();
    },
  };
}

function keptList(list: () => Promise<readonly OpVault[]>, keptMs: number) {
  let listed: Promise<readonly OpVault[]> | undefined;
  let usedAt = 0;

  return {
    async get() {
      const isStale = Date.now() - usedAt > keptMs;
      if (listed === undefined || isStale) listed = list();
      usedAt = Date.now();
      try {
        return await listed;
      } catch (error) {
        listed = undefined;
        throw error;
      }
    },

    add(vault: OpVault) {
      usedAt = Date.now();
      listed = listed?.then((vaults) => [...vaults, vault]);
    },

    forget() {
      listed = undefined;
    },
  };
}

/**
 * Lists the vaults that the person signed in manages. Business accounts know the permission as
 * `manage_vault`, Teams and Families as `allow_managing`; nothing tells beforehand which account
 * this is.
 * @see https://developer.1password.com/docs/cli/vault-permissions
 */
export async function listManagedVaults(op: OpCli): Promise<readonly OpVault[]> {
  const known = spellings.get(op);
  if (known !== undefined) return op.listVaults({ permission: known });
  try {
    const vaults = await op.listVaults({ permission: "manage_vault" });
    spellings.set(op, "manage_vault");
    return vaults;
  } catch (error) {
    if (!isConnectError(error) || !mayBeUnknownName.has(error.code)) throw error;
    const vaults = await op.listVaults({ permission: "allow_managing" });
    spellings.set(op, "allow_managing");
    return vaults;
  }
}

/** How the account spells the right to manage a vault, by adapter. */
const spellings = new WeakMap<OpCli, "manage_vault" | "allow_managing">();

/** What an unknown name of a permission may be reported as: no text of `op` for it is public. */
const mayBeUnknownName = new Set(["OP_FAILED", "ARGUMENT_INVALID", "OP_NOT_FOUND"]);
