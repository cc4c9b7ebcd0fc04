import { ConnectError, type ConnectErrorCode, isConnectError } from "@opconnect/core";
import type { OpCli } from "../../op/op-cli.ts";
import { listVaultRights, type VaultRights } from "./own-rights.ts";
import { describeShortfall } from "./shortfall.ts";

/**
 * Runs `work`, which needs full access to vaults. Where `op` refuses it, the error tells which
 * vault lacks what, who can grant it and how, as far as `op` lets that be found out.
 */
export async function explainingVaultRefusal<T>(
  vaultIds: readonly string[],
  op: OpCli,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw await explainVaultRefusal(error, vaultIds, op);
  }
}

/**
 * Adds to a refusal what can be found out about it: `401 Auth Error` names neither the vault nor the
 * permission. What `op` said stays whole, as the cause may be another. Errors of other kinds come
 * back as they are.
 */
async function explainVaultRefusal(
  error: unknown,
  vaultIds: readonly string[],
  op: OpCli,
): Promise<unknown> {
  if (!isConnectError(error) || !mayBeRefusal.has(error.code) || vaultIds.length === 0)
    return error;
  try {
    return await explained(error, vaultIds, op);
  } catch (failure) {
    if (isConnectError(failure)) return error;
    throw failure;
  }
}

/** An unknown text of `op` may be a refusal as well. */
const mayBeRefusal: ReadonlySet<ConnectErrorCode> = new Set<ConnectErrorCode>([
  "OP_VAULT_ACCESS",
  "OP_FAILED",
  "OP_NOT_FOUND",
]);

async function explained(
  error: ConnectError,
  vaultIds: readonly string[],
  op: OpCli,
): Promise<ConnectError> {
  const visible = await listVaultRights(op, ["allow_managing", "allow_viewing"]);
  const rights = isComplete(visible, vaultIds)
    ? await listVaultRights(op, ["allow_editing"])
    : visible;
  if (isComplete(rights, vaultIds)) {
    const inOrder = "By its lists of vaults you have full access to all that are concerned.";
    return new ConnectError(error.code, `${error.happened} ${inOrder}`, error.remedy);
  }
  const email = await emailOf(op);
  const found = [];
  for (const id of vaultIds) {
    const shortfall = await describeShortfall({ id }, withNames(rights, visible), email, op);
    if (shortfall !== undefined) found.push(shortfall);
  }
  // The remedy for a refusal is a guess that is known better now; that of another error is not.
  const known = error.code === "OP_VAULT_ACCESS" ? [] : [error.remedy];
  return new ConnectError(
    error.code,
    [error.happened, ...found.map(({ happened }) => happened)].join(" "),
    [...known, ...found.map(({ remedy }) => remedy), "Then run again."].join(" "),
  );
}

function isComplete(rights: VaultRights, vaultIds: readonly string[]): boolean {
  return vaultIds.every((id) => rights.missing(id).length === 0);
}

/** A list of those that one may edit does not show the others. */
function withNames(rights: VaultRights, { vaults }: VaultRights): VaultRights {
  return { ...rights, vaults: [...rights.vaults, ...vaults] };
}

async function emailOf(op: OpCli): Promise<string | undefined> {
  try {
    return (await op.getMe()).email;
  } catch (error) {
    if (isConnectError(error)) return undefined;
    throw error;
  }
}
