import { isSameOnePasswordId } from "../item/op-id.ts";
import type { ConnectTokenClaims, ConnectTokenVault } from "./connect-token.ts";
import type { VaultAccess } from "./vault-access.ts";

/** What a Connect token is expected to be. */
export interface ExpectedToken {
  /** Id of the Connect server, in any case. */
  readonly serverId: string;
  /** The vaults it must cover, and no others. */
  readonly vaults: readonly { readonly id: string; readonly access: VaultAccess }[];
  /**
   * Time at which it must not have expired yet.
   * @default - its expiry is not looked at
   */
  readonly now?: Date;
}

/**
 * Compares a Connect token with what was asked for: its server, exactly its vaults and access,
 * its expiry.
 * @returns One sentence per difference, such as `"It does not cover vault …."`; none when it fits.
 */
export function tokenMismatches(
  claims: ConnectTokenClaims,
  expected: ExpectedToken,
): readonly string[] {
  const { serverId, vaults, now } = expected;
  const unexpected = claims.vaults.filter(
    ({ id }) => !vaults.some((vault) => isSameOnePasswordId(vault.id, id)),
  );
  return [
    ...serverMismatches(claims.serverId, serverId),
    ...vaults.flatMap((vault) => vaultMismatches(vault, claims.vaults)),
    ...unexpected.map(({ id }) => `It covers vault ${id}, which it should not.`),
    ...expiryMismatches(claims.expiresAt, now),
  ];
}

function serverMismatches(found: string, expected: string): readonly string[] {
  if (isSameOnePasswordId(found, expected)) return [];
  return [`It belongs to Connect server ${found}, not to ${expected}.`];
}

function vaultMismatches(
  expected: ExpectedToken["vaults"][number],
  covered: readonly ConnectTokenVault[],
): readonly string[] {
  const vault = covered.find(({ id }) => isSameOnePasswordId(id, expected.id));
  if (vault === undefined) return [`It does not cover vault ${expected.id}.`];
  if (vault.access === expected.access) return [];
  // An unknown number may be more than was asked for, so it never passes for a match.
  const access = vault.access === "unknown" ? `unknown (${vault.acl})` : vault.access;
  return [`Its access to vault ${expected.id} is ${access}, not ${expected.access}.`];
}

function expiryMismatches(expiresAt: Date | undefined, now: Date | undefined): readonly string[] {
  if (expiresAt === undefined || now === undefined || expiresAt > now) return [];
  return [`It expired at ${expiresAt.toISOString()}.`];
}
