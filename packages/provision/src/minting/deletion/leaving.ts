import { unlessCode } from "@opconnect/core";
import type { CredentialStore } from "../../store/contract/credential-store.ts";
import {
  decodeStoreTags,
  encodeStoreTags,
  withoutAnnouncement,
} from "../../store/contract/value-tags.ts";
import { hasSuccessor, type MintedKind } from "../kind.ts";
import type { MintingRequest } from "../request.ts";

/** What shall be deleted, and where its value was kept. */
interface Leaving extends Pick<MintingRequest, "secretId" | "requireUnused"> {
  /** SHA-256 of its value, hex. */
  readonly fingerprint?: string | undefined;
}

/**
 * Notes in the store that one is to be deleted by the next person who mints: another has taken its
 * place there, and nothing uses it any more.
 * @returns Whether that is so, and is noted.
 */
export async function leaveToNextMinting(
  kind: MintedKind,
  id: string,
  { secretId, fingerprint, requireUnused }: Leaving,
  store: CredentialStore,
): Promise<boolean> {
  const tags = decodeStoreTags((await store.describe(secretId))?.tags ?? {});
  if (!hasSuccessor(kind, id, tags)) return false;
  await requireUnused?.();
  const leaving = [...new Set([...(tags.leaving ?? []), kind.leavingAs(id)])];
  // All that was left behind when it was superseded is itself.
  const settled = fingerprint !== undefined && tags.superseded === fingerprint;
  const noted = await unlessCode(["STORE_ACCESS_DENIED"], async () => {
    const told = encodeStoreTags({ leaving });
    await store.tag(secretId, settled ? { ...told, ...withoutAnnouncement } : told);
    return true;
  });
  return noted === true;
}
