import {
  type MintingSystems,
  observeServer,
  renameServer,
  updateServerGrants,
} from "@opconnect/provision";
import { checkStored } from "./check-stored.ts";
import { adminCommand, type Job, namesOf } from "./job.ts";

/** Looks what the server is named, as a refresh does, and renames it where that is not its name. */
export async function renameServerInPlace(
  { environment, known }: Job,
  systems: MintingSystems,
): Promise<void> {
  if (known === undefined) return;
  const { serverId, serverName, vaults, secrets } = known;
  const secret = secrets[namesOf(environment).credentialsSecret];
  const { secretId = "" } = secret ?? {};
  const watched = { serverId, name: serverName, secretId, vaults };
  const { name = serverName } = await observeServer(watched, systems);
  const { name: tagged = name } = await checkStored(secret, serverId, systems);
  // The state has the new name as soon as 1Password has it, the store may still have the former.
  if ([name, tagged].every((one) => one === environment.serverName)) return;
  await renameServer({ serverId, name: environment.serverName, secretId, adminCommand }, systems);
  const grants = { serverId, secretId, vaults, previous: vaults, adminCommand };
  await updateServerGrants(grants, systems);
}
