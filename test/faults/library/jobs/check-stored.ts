import { type MintingSystems, observeSecret } from "@opconnect/provision";
import type { KnownSecret } from "./job.ts";

/** What a look at the store, without the value, says of a server or a token. */
export interface CheckedSecret {
  readonly secretId: string;
  /** Whether the store holds something else than the state says. */
  readonly isChanged: boolean;
  /** Name that its tags carry, where they carry one. */
  readonly name?: string | undefined;
  /** What has to be replaced, as its value is lost. */
  readonly rotation?: { readonly of: string };
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
  const observed = await observeSecret({ secretId, id }, { store });
  const { name } = observed.tags;
  if (observed.stored === "unknown") return { secretId, isChanged: false };
  if (observed.rotation) return { secretId, isChanged: true, name, rotation: observed.rotation };
  const isSame = observed.stored === "held" && observed.versionId === versionId;
  return { secretId, isChanged: !isSame, name };
}
