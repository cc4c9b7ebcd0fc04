import { ConnectError } from "../error/connect-error.ts";
import { isOnePasswordId } from "../item/op-id.ts";
import type { VaultAccess } from "./vault-access.ts";

/** A vault that a Connect server or a Connect token may use. */
export interface VaultGrant {
  /** Name of the vault within its environment, e.g. `"app"`. */
  readonly key: string;
  /** Id of the vault: 26 letters and digits. */
  readonly id: string;
  /** What may be done in the vault. */
  readonly access: VaultAccess;
}

/** What has to be granted and revoked to come from one list of vaults to another. */
export interface GrantChanges {
  readonly granted: readonly VaultGrant[];
  readonly revoked: readonly VaultGrant[];
}

/**
 * Compares what a Connect server is granted with what it shall be granted. The access is not
 * compared: `op` grants a server a whole vault, the access is each Connect token's own.
 */
export function planGrants(
  previous: readonly VaultGrant[],
  wanted: readonly VaultGrant[],
): GrantChanges {
  return { granted: withoutVaultsOf(wanted, previous), revoked: withoutVaultsOf(previous, wanted) };
}

/** Whether two lists name the same vaults by the same keys, with the same access, in any order. */
export function isSameGrants(one: readonly VaultGrant[], other: readonly VaultGrant[]): boolean {
  const words = (vaults: readonly VaultGrant[]) =>
    vaults.map(({ key, id, access }) => `${key}=${id.toLowerCase()}:${access}`).sort();
  return JSON.stringify(words(one)) === JSON.stringify(words(other));
}

/** @throws `VAULT_ID_INVALID` if one of the vaults has an id that is none. */
export function checkVaultIds(vaults: readonly VaultGrant[]): void {
  const wrong = vaults.find(({ id }) => !isOnePasswordId(id));
  if (wrong === undefined) return;
  throw new ConnectError(
    "VAULT_ID_INVALID",
    `The id of the vault "${wrong.key}" is "${wrong.id}".`,
    "Pass the 26 letters and digits that `op vault list` prints.",
  );
}

function withoutVaultsOf(vaults: readonly VaultGrant[], others: readonly VaultGrant[]) {
  const ids = new Set(others.map((vault) => vault.id.toLowerCase()));
  return vaults.filter((vault) => !ids.has(vault.id.toLowerCase()));
}
