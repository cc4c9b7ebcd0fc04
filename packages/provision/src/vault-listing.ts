import type { OpCli, OpVault } from "./op-cli.ts";

/** The account's vaults, as listed a moment ago. */
export interface VaultListing {
  vaults(): Promise<readonly OpVault[]>;
  /** Takes note of a vault created since. */
  add(vault: OpVault): void;
}

/**
 * A listing of the vaults that calls shortly after each other share. It is extended rather than
 * dropped when a vault is created: the vaults of an environment are created one by one, and each
 * would list all others anew.
 * @param keptMs How long the listing is kept after it was last used, in milliseconds.
 */
export function createVaultListing(op: OpCli, keptMs = 15_000): VaultListing {
  let listed: Promise<readonly OpVault[]> | undefined;
  let usedAt = 0;

  return {
    async vaults() {
      const isStale = Date.now() - usedAt > keptMs;
      if (listed === undefined || isStale) listed = op.listVaults();
      usedAt = Date.now();
      try {
        return await listed;
      } catch (error) {
        listed = undefined;
        throw error;
      }
    },

    add(vault) {
      usedAt = Date.now();
      listed = listed?.then((vaults) => [...vaults, vault]);
    },
  };
}
