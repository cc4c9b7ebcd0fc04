import { ConnectError, isConnectError } from "@opconnect/core";
import { unlessOpFails } from "../../op/object-state.ts";
import type { OpCli } from "../../op/op-cli.ts";
import { isRefused } from "../../op/refusal.ts";
import { describeShortfall, listVaultRights, type VaultRights } from "./own-rights.ts";

/**
 * Runs `work`, which needs full access to vaults. Where `op` refuses it, the error tells which
 * vault lacks what, who can grant it and how, as far as `op` lets that be found out: `401 Auth
 * Error` names neither the vault nor the permission. What `op` said stays whole, as the cause may
 * be another.
 */
export async function explainingVaultRefusal<T>(
  vaultIds: readonly string[],
  op: OpCli,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isConnectError(error) || !isRefused(error) || vaultIds.length === 0) throw error;
    throw await explained(error, vaultIds, op).catch((failure: unknown) => {
      // `op` may not know the name of a permission, and calls it an invalid argument.
      if (isConnectError(failure)) return error;
      throw failure;
    });
  }
}

async function explained(
  error: ConnectError,
  vaultIds: readonly string[],
  op: OpCli,
): Promise<ConnectError> {
  const isComplete = (rights: VaultRights) =>
    vaultIds.every((id) => rights.missing(id).length === 0);
  const visible = await listVaultRights(op, ["allow_managing", "allow_viewing"]);
  const rights = isComplete(visible) ? await listVaultRights(op, ["allow_editing"]) : visible;
  if (isComplete(rights)) {
    const inOrder = "By its lists of vaults you have full access to all that are concerned.";
    return new ConnectError(error.code, `${error.happened} ${inOrder}`, error.remedy);
  }
  // A list of those that one may edit does not show the others.
  const named = { ...rights, vaults: [...rights.vaults, ...visible.vaults] };
  const me = await unlessOpFails(() => op.getMe());
  const found = [];
  for (const id of vaultIds) {
    const shortfall = await describeShortfall({ id }, named, me?.email, op);
    if (shortfall !== undefined) found.push(shortfall);
  }
  // The remedy for a refusal is a guess that is known better now; that of another error is not.
  const known = error.code === "OP_VAULT_ACCESS" ? [] : [error.remedy];
  return new ConnectError(
    found.length > 0 ? "OP_VAULT_ACCESS" : error.code,
    [error.happened, ...found.map(({ happened }) => happened)].join(" "),
    [...known, ...found.map(({ remedy }) => remedy), "Then run again."].join(" "),
  );
}
