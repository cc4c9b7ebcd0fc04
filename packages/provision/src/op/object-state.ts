import { isConnectError, isSameOnePasswordId } from "@opconnect/core";

/** Whether 1Password says that a Connect server or a Connect token was deleted. */
export function isRevoked({ state }: { readonly state: string }): boolean {
  return state.toUpperCase() === "REVOKED";
}

/** Whether 1Password lists a Connect server or a Connect token as one that works. */
export function isLive({ state }: { readonly state: string }): boolean {
  return state.toUpperCase() === "ACTIVE";
}

/**
 * Whether 1Password says that something was deleted. A row that is missing proves nothing, and
 * where `op` cannot be asked, what the store holds is taken to work.
 */
export async function isKnownRevoked(
  id: string,
  list: () => Promise<readonly { readonly id: string; readonly state: string }[]>,
): Promise<boolean> {
  const row = (await unlessOpFails(list))?.find((listed) => isSameOnePasswordId(listed.id, id));
  return row !== undefined && isRevoked(row);
}

/** What comes of work with `op`; nothing where `op` cannot do it here. */
export async function unlessOpFails<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (isConnectError(error) && error.code.startsWith("OP_")) return undefined;
    throw error;
  }
}
