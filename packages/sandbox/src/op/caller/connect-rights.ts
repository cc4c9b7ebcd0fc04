import type { Account, ConnectServer, Vault } from "../../account/account.ts";
import { hasFullAccess, managesSecretsAutomation, permissionsIn } from "../../account/caller.ts";
import { isBuiltIn } from "../../account/vault.ts";
import { findConnectServer, findVault } from "../find-object.ts";
import { type OpCall, signedIn } from "../op-command.ts";
import { cannotMint, OpFailure, vaultAccessRefused } from "../op-failure.ts";

/** @throws OpFailure if the caller may not manage Connect servers, or not this one. */
export function assertMayMint(account: Account, call: OpCall, server?: ConnectServer): void {
  if (!managesSecretsAutomation(account, signedIn(call), server?.id)) throw cannotMint();
}

/** The server that a command names, if the caller may manage it. */
export function manageableServer(account: Account, call: OpCall, query: string): ConnectServer {
  const server = findConnectServer(account, query);
  assertMayMint(account, call, server);
  return server;
}

/**
 * A vault that the caller may give to a Connect server.
 * @throws OpFailure if it is built in, or the caller lacks full access to it.
 */
export function grantableVault(account: Account, call: OpCall, query: string): Vault {
  const caller = signedIn(call);
  const vault = findVault(account, caller, query);
  if (isBuiltIn(vault)) throw builtInVault();
  if (!hasFullAccess(account, vault, caller)) throw vaultAccessRefused();
  return vault;
}

/** @throws OpFailure if the caller could not do in the vault what the token would allow. */
export function assertHasRequestedAccess(
  account: Account,
  call: OpCall,
  vault: Vault,
  { reads, writes }: { readonly reads: boolean; readonly writes: boolean },
): void {
  const held = permissionsIn(account, vault, signedIn(call));
  const mayRead = held.includes("view_and_copy_passwords");
  const mayWrite = held.includes("create_items") && held.includes("edit_items");
  if ((!reads || mayRead) && (!writes || mayWrite)) return;
  // [S] 1Password/connect #59, word for word
  const reason = `You do not have the requested access to vault '${vault.name}'.`;
  throw new OpFailure(`Couldn't issue the token: "can't grant access to the vault: ${reason}"`);
}

/** [S] */
function builtInVault(): OpFailure {
  return new OpFailure(
    "Granting Connect access to a Personal, Private, or Employee vault is not currently supported",
  );
}
