import { isConnectError } from "@opconnect/core";
import { decodeStoreTags, dueRotation, type MintingSystems } from "@opconnect/provision";
import { type BroughtUp, ensureOwnServer, ensureOwnToken } from "./bring-up.ts";
import { adminCommand, type Job, type KnownSecret, namesOf } from "./job.ts";

/** Puts right what the store holds of the server and the tokens, where it is not as it was. */
export async function repairValues(
  { environment, known }: Job,
  systems: MintingSystems,
): Promise<BroughtUp> {
  if (known === undefined) throw new Error("Nothing is known that could be repaired.");
  const { serverName: name, revision, tokenRevision } = environment;
  const { vaults, secrets } = known;
  const names = namesOf(environment);
  const request = { vaults, adminCommand };

  const credentials = secrets[names.credentialsSecret];
  const found = await check(credentials, known.serverId, systems);
  const server = { ...request, ...found, name, revision };
  const serverId = found.isChanged
    ? await ensureOwnServer(server, known.serverId, systems)
    : known.serverId;

  const tokens: Record<string, string> = {};
  for (const [consumer, tokenId] of Object.entries(known.tokens)) {
    const inStore = await check(secrets[names.tokenSecret(consumer)], tokenId, systems);
    const named = { name: names.token(consumer), serverId, revision: tokenRevision };
    const isChanged = inStore.isChanged || serverId !== known.serverId;
    tokens[consumer] = isChanged
      ? await ensureOwnToken({ ...request, ...inStore, ...named }, tokenId, systems)
      : tokenId;
  }
  return { serverId, tokens };
}

interface Checked {
  readonly secretId: string;
  /** Whether the store holds something else than the state says. */
  readonly isChanged: boolean;
  /** Id of what has to be replaced, as its value is lost. */
  readonly rotates?: string;
}

/** As a preview does it. Where the store cannot be asked, all is taken to be well. */
async function check(
  secret: KnownSecret | undefined,
  id: string,
  { store }: MintingSystems,
): Promise<Checked> {
  const { secretId = "", versionId } = secret ?? {};
  try {
    const description = await store.describe(secretId);
    const tags = decodeStoreTags(description?.tags ?? {});
    const due = dueRotation(description, { secretId, now: new Date() });
    if (due !== undefined) return { secretId, isChanged: true, rotates: due.of };
    const isSame = (tags.tokenId ?? tags.serverId) === id && description?.versionId === versionId;
    return { secretId, isChanged: !isSame };
  } catch (error) {
    if (isConnectError(error)) return { secretId, isChanged: false };
    throw error;
  }
}
