import { deleteServer, deleteToken, deleteVault, type MintingSystems } from "@opconnect/provision";
import type { BroughtUp } from "./bring-up.ts";
import { adminCommand, type Job, type KnownEnvironment, namesOf } from "./job.ts";

type Known = Pick<Job, "environment"> & { readonly known: KnownEnvironment };

/** What was replaced goes last, as the engine does it. */
export async function retireReplaced(
  { environment, known }: Job,
  now: BroughtUp,
  systems: MintingSystems,
): Promise<void> {
  if (known === undefined) return;
  const replaced = Object.entries(known.tokens).filter(([who, id]) => id !== now.tokens[who]);
  const former = { ...known, tokens: Object.fromEntries(replaced) };
  await deleteTokens({ environment, known: former }, systems);
  if (known.serverId !== now.serverId) await deleteKnownServer({ environment, known }, systems);
}

/** Deletes an environment; what was made last goes first. */
export async function tearDown(
  { environment, known }: Job,
  systems: MintingSystems,
): Promise<void> {
  if (known === undefined) return;
  await deleteTokens({ environment, known }, systems);
  await deleteKnownServer({ environment, known }, systems);
  if (environment.deletesVaults) {
    for (const { id } of known.vaults) await deleteVault({ id, adminCommand }, systems);
  }
  for (const { secretId } of Object.values(known.secrets)) {
    await systems.store.deleteSecret(secretId);
  }
}

async function deleteTokens({ environment, known }: Known, systems: MintingSystems): Promise<void> {
  const { serverId, tokens, secrets } = known;
  for (const [consumer, tokenId] of Object.entries(tokens)) {
    const { secretId = "", claim } = secrets[namesOf(environment).tokenSecret(consumer)] ?? {};
    await deleteToken({ tokenId, serverId, secretId, claim, adminCommand }, systems);
  }
}

async function deleteKnownServer(
  { environment, known: { serverId, secrets } }: Known,
  systems: MintingSystems,
): Promise<void> {
  const { secretId = "", claim } = secrets[namesOf(environment).credentialsSecret] ?? {};
  await deleteServer({ serverId, secretId, claim, adminCommand }, systems);
}
