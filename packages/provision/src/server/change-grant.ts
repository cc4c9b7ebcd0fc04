import { decodeConnectToken, isSameOnePasswordId } from "@opconnect/core";
import type { OpCli } from "../op/op-cli.ts";
import { isRefused, unlessRefused } from "../op/refusal.ts";
import type { ServerVault } from "../op/servers.ts";

/** Grants a vault to a Connect server. One that is granted already is no error, whatever `op` says. */
export async function grantVault(grant: ServerVault, op: OpCli): Promise<void> {
  await op.grantVault(grant).catch(async (error: unknown) => {
    if (!isRefused(error) || !(await hasVault(grant, op))) throw error;
  });
}

/** Revokes a vault from a Connect server. One that it does not have is no error. */
export async function revokeVault(grant: ServerVault, op: OpCli): Promise<void> {
  await op.revokeVault(grant).catch(async (error: unknown) => {
    if (!isRefused(error) || (await hasVault(grant, op)) || !(await mayRead(grant, op)))
      throw error;
  });
}

const trial = "opconnect-trial";

/**
 * Whether a Connect server has a vault. Nothing lists that: a token that lives for some minutes is
 * asked for and deleted at once. `op` refuses it, or leaves the vault out of it, where the server
 * does not have the vault.
 */
async function hasVault({ serverId, vaultId }: ServerVault, op: OpCli): Promise<boolean> {
  const vaults = [{ id: vaultId, access: "read" }] as const;
  const request = { name: trial, serverId, vaults, expiresIn: "10m" };
  const token = await unlessRefused(() => op.createToken(request));
  if (token === undefined) return false;
  const { id, vaults: covered } = decodeConnectToken(token);
  await op.deleteToken({ id, serverId });
  return covered.some((vault) => isSameOnePasswordId(vault.id, vaultId));
}

/** Whether a trial can have been refused only because the server does not have the vault. */
async function mayRead({ vaultId }: ServerVault, op: OpCli): Promise<boolean> {
  return (await op.listVaults()).some(({ id }) => isSameOnePasswordId(id, vaultId));
}
