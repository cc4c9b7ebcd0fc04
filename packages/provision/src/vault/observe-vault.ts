import { isConnectError } from "@opconnect/core";
import type { OpCli } from "../op/op-cli.ts";
import { listRoleDrift, type VaultAccessRequest } from "./access/align-roles.ts";
import { isMarked } from "./marked-description.ts";

/** A vault as it is thought to be. */
export interface VaultExpectation extends VaultAccessRequest {
  readonly id: string;
  readonly title: string;
  readonly mark: string;
}

/** What a look at a vault found. */
export type VaultObservation =
  /** `drift` says what is not as expected, one text each; `editVault` puts it right. */
  | { readonly state: "live"; readonly title: string; readonly drift: readonly string[] }
  /** `op` cannot say: it does not run here, or does not show the vault, deleted or not. */
  | { readonly state: "unknown"; readonly because: string };

/**
 * Looks at a vault, and changes nothing. Never says that it is gone: `op` has the same words for
 * what does not exist and for what one may not see. The text of the description is not compared, as
 * it may be a person's; the mark in it is.
 */
export async function observeVault(
  expected: VaultExpectation,
  { op }: { readonly op: OpCli },
): Promise<VaultObservation> {
  const { id, title, mark } = expected;
  try {
    const { name, description } = await op.getVault(id);
    const drift = [
      ...(name === title ? [] : [`its title is "${name}", not "${title}"`]),
      ...(isMarked(description, mark) ? [] : [`its description lacks the mark ${mark}`]),
      ...(await listRoleDrift(id, expected, op)),
    ];
    return { state: "live", title: name, drift };
  } catch (error) {
    if (!isConnectError(error) || !error.code.startsWith("OP_")) throw error;
    return { state: "unknown", because: error.happened };
  }
}
