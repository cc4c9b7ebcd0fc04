import { ConnectError } from "@opconnect/core";
import type { OpVault } from "../op/vaults.ts";

/**
 * The only vault of a title: names in 1Password are not unique.
 * @throws `OP_AMBIGUOUS_NAME` if several have the title.
 */
export function findByTitle(title: string, vaults: readonly OpVault[]): OpVault | undefined {
  const namesakes = vaults.filter(({ name }) => name === title);
  if (namesakes.length < 2) return namesakes[0];
  throw new ConnectError(
    "OP_AMBIGUOUS_NAME",
    `${namesakes.length} vaults are named "${title}": ${namesakes.map(({ id }) => id).join(", ")}.`,
    "Pass the `id` of the one that is meant, or rename the others.",
  );
}
