import type { Account, Vault } from "../account/account.ts";
import type { Item } from "../account/item.ts";
import type { Access } from "./bearer-token.ts";
import { Refusal } from "./refusal.ts";

/**
 * The vault of a request's path.
 * @throws Refusal 400 if the id is malformed, 403 out of scope, 404 if the vault is gone.
 */
export function readableVault(access: Access, vaultId: string): Vault {
  const granted = grantedVault(access, vaultId);
  if (!granted.reads) throw noPermission("read", vaultId);
  return existing(granted.vault, vaultId);
}

/** @throws Refusal 403 also if the token may only read. */
export function writableVault(
  access: Access,
  vaultId: string,
  action: "create" | "update" | "delete",
): Vault {
  const granted = grantedVault(access, vaultId);
  if (!granted.writes) throw noPermission(action, vaultId);
  return existing(granted.vault, vaultId);
}

/** @throws Refusal 400 if the id is malformed, 404 if there is no such item in the vault. */
export function findItem({ items }: Account, vaultId: string, itemId: string): Item {
  if (!isPathId(itemId)) throw new Refusal(400, "Invalid Item UUID"); // [S]
  const item = items.find((each) => each.id === itemId && each.vaultId === vaultId);
  if (!item) throw new Refusal(404, `item ${itemId} not found`); // [D]
  return item;
}

function grantedVault({ vaults }: Access, vaultId: string): Access["vaults"][number] {
  if (!isPathId(vaultId)) throw new Refusal(400, "Invalid Vault UUID"); // [S]
  const granted = vaults.find(({ id }) => id === vaultId);
  // [S] connect #82; the specification says "vault {uuid} is not in scope"
  const text = `Authorization: token does not have access to vault ${vaultId}`;
  if (!granted) throw new Refusal(403, text);
  return granted;
}

function existing(vault: Vault | undefined, vaultId: string): Vault {
  if (!vault) throw new Refusal(404, `vault ${vaultId} not found`); // [D]
  return vault;
}

/** [S] for create */
function noPermission(action: string, vaultId: string): Refusal {
  const text = `token does not have permission to perform ${action} on vault ${vaultId}`;
  return new Refusal(403, text);
}

function isPathId(text: string): boolean {
  return /^[\da-z]{26}$/.test(text);
}
