import {
  type MintingSystems,
  observeServer,
  renameServer,
  updateServerGrants,
} from "@opconnect/provision";
import { adminCommand, type Job, namesOf } from "./job.ts";

/** Looks what the server is named, as a refresh does, and renames it where that is not its name. */
export async function renameServerInPlace(
  { environment, known }: Job,
  systems: MintingSystems,
): Promise<void> {
  if (known === undefined) return;
  const { serverId, serverName, vaults, secrets } = known;
  const { secretId = "" } = secrets[namesOf(environment).credentialsSecret] ?? {};
  const watched = { serverId, name: serverName, secretId, vaults };
  const { name = serverName } = await observeServer(watched, systems);
  if (environment.serverName === name) return;
  await renameServer({ serverId, name: environment.serverName, secretId, adminCommand }, systems);
  const grants = { serverId, secretId, vaults, previous: vaults, adminCommand };
  await updateServerGrants(grants, systems);
}
