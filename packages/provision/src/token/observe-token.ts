import type { VaultGrant } from "@opconnect/core";
import { isConnectError, isSameOnePasswordId } from "@opconnect/core";
import type { MintingSystems } from "../minting/mint.ts";
import { type ObservedSecret, observeSecret } from "../minting/observe-secret.ts";
import { isRevoked } from "../op/object-state.ts";
import type { OpCli } from "../op/op-cli.ts";
import type { OpToken } from "../op/tokens.ts";

/** A Connect token as it was recorded. */
export interface WatchedToken {
  readonly tokenId: string;
  readonly name: string;
  readonly serverId: string;
  /** The secret that keeps it. */
  readonly secretId: string;
  /** Vaults it covers. */
  readonly vaults: readonly VaultGrant[];
}

/** A Connect token as it is. */
export interface ObservedToken extends ObservedSecret {
  /** `"gone"` only where 1Password says so; `"unknown"` where `op` cannot tell. */
  readonly presence: "live" | "gone" | "unknown";
  /** Those of the recorded vaults that 1Password shows of it. */
  readonly vaults: readonly VaultGrant[];
}

/**
 * Compares a Connect token with what was recorded. Whatever cannot be asked is `"unknown"`, and
 * never `"gone"`. Asks `op` once, reads no value, changes nothing.
 */
export async function observeToken(
  watched: WatchedToken,
  { op, store }: Pick<MintingSystems, "op" | "store">,
): Promise<ObservedToken> {
  const { tokenId, secretId } = watched;
  const isMeant = (tags: { tokenId?: string }) => isSameOnePasswordId(tags.tokenId ?? "", tokenId);
  const secret = await observeSecret(store, secretId, isMeant);
  const seen = await observeInOnePassword(watched, op);
  return {
    ...secret,
    ...seen,
    drift: [...seen.drift, ...secret.drift],
    unknown: [...seen.unknown, ...secret.unknown],
  };
}

type Seen = Pick<ObservedToken, "presence" | "vaults" | "drift" | "unknown">;

async function observeInOnePassword(watched: WatchedToken, op: OpCli): Promise<Seen> {
  const { tokenId, serverId, vaults } = watched;
  try {
    const tokens = await op.recentTokens(serverId);
    const row = tokens.find(({ id }) => isSameOnePasswordId(id, tokenId));
    if (row === undefined) {
      const unknown = [`\`op\` does not list the Connect token ${tokenId}, which proves nothing.`];
      return { presence: "unknown", vaults, drift: [], unknown };
    }
    if (isRevoked(row)) {
      const drift = [`The Connect token ${tokenId} was revoked.`];
      return { presence: "gone", vaults, drift, unknown: [] };
    }
    return { presence: "live", ...scopeShown(watched, row), unknown: [] };
  } catch (error) {
    if (!isConnectError(error)) throw error;
    return { presence: "unknown", vaults, drift: [], unknown: [error.happened] };
  }
}

/** What a token is made for never changes, so a vault missing here was taken from its server. */
function scopeShown({ tokenId, vaults }: WatchedToken, row: OpToken) {
  const shown = new Set(row.vaults.map(({ id }) => id.toLowerCase()));
  const lost = vaults.filter(({ id }) => !shown.has(id.toLowerCase()));
  return {
    vaults: vaults.filter((vault) => !lost.includes(vault)),
    drift: lost.map(
      ({ key, id }) => `The Connect token ${tokenId} shows the vault "${key}" (${id}) no more.`,
    ),
  };
}
