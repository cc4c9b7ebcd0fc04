import { ConnectError } from "@opconnect/core";
import type { VaultListing } from "../op/listings/vaults.ts";
import type { OpVault } from "../op/op-cli.ts";

/**
 * Finds the only vault of a title among those that the person manages or can read: names in
 * 1Password are not unique, and neither list alone shows all. What they can neither manage nor read
 * stays hidden.
 * @throws `OP_AMBIGUOUS_NAME` if several have the title, `OP_…` codes.
 */
export async function findVaultByTitle(
  title: string,
  listing: VaultListing,
): Promise<OpVault | undefined> {
  const managed = await listing.managed();
  const others = await listing.readable();
  const ids = new Set(managed.map(({ id }) => id));
  const vaults = [...managed, ...others.filter(({ id }) => !ids.has(id))];
  const namesakes = vaults.filter(({ name }) => name === title);
  if (namesakes.length < 2) return namesakes[0];
  throw new ConnectError(
    "OP_AMBIGUOUS_NAME",
    `${namesakes.length} vaults are named "${title}": ${namesakes.map(({ id }) => id).join(", ")}.`,
    "Pass the `id` of the one that is meant, or rename the others.",
  );
}
