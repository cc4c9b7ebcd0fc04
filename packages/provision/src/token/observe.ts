import { isSameOnePasswordId } from "@opconnect/core";
import { type MintedObservation, observeMinted } from "../minting/observe.ts";
import type { MintingSystems } from "../minting/request.ts";
import { tokenKind } from "./kind.ts";
import type { TokenRequest } from "./request.ts";

/** A Connect token as it was recorded. */
export interface WantedToken extends Pick<TokenRequest, "serverId" | "secretId" | "vaults"> {
  readonly tokenId: string;
  /**
   * When it was minted, ISO 8601.
   * @default - it is not known whether what the store has is older
   */
  readonly mintedAt?: string | undefined;
}

/**
 * Compares a Connect token with what was recorded. Whatever cannot be asked is `"unknown"`, and
 * never `"gone"`. Asks `op` once, reads no value, changes nothing.
 */
export async function observeToken(
  { tokenId: id, serverId, secretId, vaults, mintedAt }: WantedToken,
  { op, store }: Pick<MintingSystems, "op" | "store">,
): Promise<MintedObservation> {
  const kind = tokenKind(op, serverId);
  const recorded = { id, secretId, vaults, mintedAt };
  return observeMinted(kind, recorded, { store }, async () => {
    // What a token is made for never changes, so a vault missing here was taken from its server.
    const row = (await op.shownTokens(serverId)).find((token) => isSameOnePasswordId(token.id, id));
    const shown = new Set(row?.vaults.map((vault) => vault.id.toLowerCase()));
    const lost = vaults.filter((vault) => !shown.has(vault.id.toLowerCase()));
    return {
      vaults: vaults.filter((vault) => !lost.includes(vault)),
      drift: lost.map(
        (vault) => `The Connect token ${id} shows the vault "${vault.key}" (${vault.id}) no more.`,
      ),
    };
  });
}
