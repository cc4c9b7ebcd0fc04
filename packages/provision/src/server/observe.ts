import type { VaultGrant } from "@opconnect/core";
import { type MintedObservation, observeMinted } from "../minting/observe.ts";
import type { MintingRequest, MintingSystems } from "../minting/request.ts";
import { isLive } from "../op/object-state.ts";
import type { OpToken } from "../op/tokens.ts";
import { serverKind } from "./kind.ts";

/** A Connect server as it was recorded. */
export interface WantedServer extends Pick<MintingRequest, "name" | "secretId" | "vaults"> {
  readonly serverId: string;
  /**
   * When it was minted, ISO 8601.
   * @default - it is not known whether what the store has is older
   */
  readonly mintedAt?: string | undefined;
  /**
   * Keys of the vaults that tokens of the environment cover: of the others nothing can be told.
   * @default - all vaults
   */
  readonly witnessed?: readonly string[] | undefined;
}

/**
 * Compares a Connect server with what was recorded. No command lists the vaults of a server: what
 * its live tokens show is taken for it, and without a live token the record. Whatever cannot be
 * asked is `"unknown"`, and never `"gone"`. Asks `op` twice, reads no value, changes nothing.
 */
export async function observeServer(
  wanted: WantedServer,
  { op, store }: Pick<MintingSystems, "op" | "store">,
): Promise<MintedObservation> {
  const { serverId: id, name, secretId, vaults, mintedAt } = wanted;
  const recorded = { id, secretId, vaults, mintedAt };
  return observeMinted(serverKind(op), recorded, { store }, async (row) => {
    const shown = grantsShown(wanted, await op.shownTokens(id));
    const renamed = `The Connect server ${id} is named "${row.name}", not "${name}".`;
    return row.name === name ? shown : { ...shown, drift: [renamed, ...shown.drift] };
  });
}

/** A token covers what it was made for, as far as its server still has it. */
function grantsShown(
  { serverId, vaults, witnessed }: WantedServer,
  tokens: readonly OpToken[],
): Pick<MintedObservation, "vaults" | "drift"> {
  const shown = new Set(tokens.filter(isLive).flatMap((token) => token.vaults.map(({ id }) => id)));
  if (!tokens.some(isLive)) return { vaults, drift: [] };
  const isWitnessed = ({ key }: VaultGrant) => witnessed?.includes(key) ?? true;
  const lost = vaults.filter((vault) => isWitnessed(vault) && !shown.has(vault.id.toLowerCase()));
  const known = new Set(vaults.map(({ id }) => id.toLowerCase()));
  const others = [...shown].filter((id) => !known.has(id));
  return {
    vaults: vaults.filter((vault) => !lost.includes(vault)),
    drift: [
      ...lost.map(
        ({ key, id }) =>
          `No token of the Connect server ${serverId} shows the vault "${key}" (${id}) any more.`,
      ),
      ...others.map((id) => `A token of the Connect server ${serverId} shows the vault ${id} too.`),
    ],
  };
}
