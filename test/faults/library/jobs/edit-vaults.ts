import { editVault, type MintingSystems } from "@opconnect/provision";
import { adminCommand, type Job, namesOf } from "./job.ts";

/** Changes description and access of the vaults, as an update of a `Vault` does. */
export async function editVaults(
  { environment, known }: Job,
  systems: MintingSystems,
): Promise<void> {
  const names = namesOf(environment);
  for (const { key, id } of known?.vaults ?? []) {
    const title = names.vault(key);
    const previous = { title, ...known?.vaultLooks };
    await editVault(
      { ...environment.vaultLooks, id, title, mark: names.mark(key), previous, adminCommand },
      systems,
    );
  }
}
