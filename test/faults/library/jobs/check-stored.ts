import { isConnectError } from "@opconnect/core";
import { decodeStoreTags, dueRotation, type MintingSystems } from "@opconnect/provision";
import type { KnownSecret } from "./job.ts";

/** What a look at the store, without the value, says of a server or a token. */
export interface CheckedSecret {
  readonly secretId: string;
  /** Whether the store holds something else than the state says. */
  readonly isChanged: boolean;
  /** Name that its tags carry, where they carry one. */
  readonly name?: string | undefined;
  /** Id of what has to be replaced, as its value is lost. */
  readonly rotates?: string;
}

/**
 * Looks what the store holds, as every preview does. Where it cannot be asked, all is taken to be
 * well.
 * @param id Id of the server or token by the state.
 */
export async function checkStored(
  secret: KnownSecret | undefined,
  id: string,
  { store }: MintingSystems,
): Promise<CheckedSecret> {
  const { secretId = "", versionId } = secret ?? {};
  try {
    const description = await store.describe(secretId);
    const { tokenId, serverId, name } = decodeStoreTags(description?.tags ?? {});
    const due = dueRotation(description, { secretId, now: new Date() });
    if (due !== undefined) return { secretId, isChanged: true, name, rotates: due.of };
    const isSame = (tokenId ?? serverId) === id && description?.versionId === versionId;
    return { secretId, isChanged: !isSame, name };
  } catch (error) {
    if (isConnectError(error)) return { secretId, isChanged: false };
    throw error;
  }
}
