import { type ConnectTokenClaims, isSameOnePasswordId, type VaultGrant } from "@opconnect/core";
import type { OpCli } from "../op/op-cli.ts";
import type { OpToken } from "../op/tokens.ts";

type KnownAccess = Pick<VaultGrant, "id" | "access">;

/**
 * Claims whose permissions are numbers that core does not know, looked up where they have names:
 * the numbers are undocumented, and a new one must not make every new token look wrong.
 */
export async function withListedAccess(
  claims: ConnectTokenClaims,
  op: OpCli,
): Promise<ConnectTokenClaims> {
  if (claims.vaults.every(({ access }) => access !== "unknown")) return claims;
  const tokens = await op.listTokens(claims.serverId);
  const listed = tokens.find(({ id }) => isSameOnePasswordId(id, claims.id));
  return withKnownAccess(claims, (listed?.vaults ?? []).map(namedAccess));
}

/** Claims whose unknown permissions are filled in from what was recorded elsewhere. */
export function withKnownAccess(
  claims: ConnectTokenClaims,
  known: readonly KnownAccess[],
): ConnectTokenClaims {
  const vaults = claims.vaults.map((vault) => {
    const found = known.find(({ id }) => isSameOnePasswordId(id, vault.id));
    return vault.access === "unknown" && found ? { ...vault, access: found.access } : vault;
  });
  return { ...claims, vaults };
}

/** `allow_editing` on accounts with broad permissions, `edit_items` and others on Business. */
function namedAccess({ id, acl }: OpToken["vaults"][number]): KnownAccess {
  const writes = acl.some((name) => /^(allow_editing|(create|edit)_items)$/.test(name));
  return { id, access: writes ? "read-write" : "read" };
}
