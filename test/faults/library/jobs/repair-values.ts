import { ensureServer, ensureToken, type MintingSystems } from "@opconnect/provision";
import { type BroughtUp, tokenPatience } from "./bring-up.ts";
import { checkStored } from "./check-stored.ts";
import { adminCommand, type Job, namesOf } from "./job.ts";

/** Puts right what the store holds of the server and the tokens, where it is not as it was. */
export async function repairValues(
  { environment, known }: Job,
  systems: MintingSystems,
): Promise<BroughtUp> {
  if (known === undefined) throw new Error("Nothing is known that could be repaired.");
  const { serverName, revision, tokenRevision } = environment;
  const { vaults, secrets } = known;
  const names = namesOf(environment);
  const request = { vaults, adminCommand };

  const held = await checkStored(secrets[names.credentialsSecret], known.serverId, systems);
  const server = { ...request, ...held, name: serverName, revision, serverId: known.serverId };
  const { serverId } = held.isChanged ? await ensureServer(server, systems) : known;

  const tokens: Record<string, string> = {};
  for (const [consumer, tokenId] of Object.entries(known.tokens)) {
    const inStore = await checkStored(secrets[names.tokenSecret(consumer)], tokenId, systems);
    const name = names.token(consumer);
    const token = { ...request, ...inStore, name, serverId, revision: tokenRevision, tokenId };
    const isChanged = inStore.isChanged || serverId !== known.serverId;
    const now = isChanged ? await ensureToken(token, systems, tokenPatience) : { tokenId };
    tokens[consumer] = now.tokenId;
  }
  return { serverId, tokens };
}
