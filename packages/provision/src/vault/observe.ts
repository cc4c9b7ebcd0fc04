import { isConnectError } from "@opconnect/core";
import type { OpCli } from "../op/op-cli.ts";
import { planRoles, type VaultAccessRequest } from "./access/align-roles.ts";
import type { VaultLooks } from "./edit.ts";
import { isMarked } from "./marked-description.ts";

/** A vault as it was recorded. */
export interface WantedVault extends VaultAccessRequest, Pick<VaultLooks, "title" | "mark"> {
  readonly id: string;
}

/** A vault as it is. */
export interface VaultObservation {
  /** `"unknown"` where `op` does not run here, or does not show the vault, deleted or not. */
  readonly presence: "live" | "unknown";
  /** Name in 1Password, where `op` can tell. */
  readonly name?: string;
  /** A few words for each difference; `editVault` puts it right. */
  readonly drift: readonly string[];
  /** Why it could not be looked at, one sentence. */
  readonly unknown: readonly string[];
}

/**
 * Compares a vault with what was recorded, and changes nothing. Never says that it is gone: `op` has
 * the same words for what does not exist and for what one may not see. The text of the description
 * is not compared, as it may be a person's; the mark in it is.
 */
export async function observeVault(
  wanted: WantedVault,
  { op }: { readonly op: OpCli },
): Promise<VaultObservation> {
  const { id, title, mark } = wanted;
  try {
    const { name, description } = await op.getVault(id);
    const roles = await planRoles(id, wanted, {}, op);
    const drift = [
      ...(name === title ? [] : [`its title is "${name}", not "${title}"`]),
      ...(isMarked(description, mark) ? [] : [`its description lacks the mark ${mark}`]),
      ...roles.map((change) => change.drift),
    ];
    return { presence: "live", name, drift, unknown: [] };
  } catch (error) {
    if (!isConnectError(error) || !error.code.startsWith("OP_")) throw error;
    return { presence: "unknown", drift: [], unknown: [error.happened] };
  }
}
