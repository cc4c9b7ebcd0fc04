import { isSameOnePasswordId } from "@opconnect/core";
import { withAdminCommand } from "../../op/admin-command.ts";
import { isKnownRevoked, isLive } from "../../op/object-state.ts";
import { unlessRefused } from "../../op/refusal.ts";
import type { CredentialStore } from "../../store/contract/credential-store.ts";
import { encodeStoreTags, type StoreTags } from "../../store/contract/value-tags.ts";
import { isDescribed, type MintedKind } from "../kind.ts";
import type { MintingRequest } from "../request.ts";

/**
 * Whether the deletion of what tags describe was begun, and has not come to its end: 1Password may
 * have it, or may not.
 */
export function isBeingDeleted({ deleting, tokenId, serverId }: StoreTags): boolean {
  return deleting !== undefined && isSameOnePasswordId(deleting, tokenId ?? serverId ?? "");
}

/**
 * Says in the store that one is deleted, before 1Password is told: a run that is cut short after that
 * leaves no value that is taken to work. Says nothing of one that the tags do not describe, and is
 * not begun where `op` cannot be used.
 */
export async function announceDeletion(
  kind: MintedKind,
  id: string,
  { secretId, adminCommand }: Pick<MintingRequest, "secretId" | "adminCommand">,
  { store, tags }: { readonly store: Pick<CredentialStore, "tag">; readonly tags: StoreTags },
): Promise<void> {
  const isOpen = tags.fingerprint !== undefined && tags.fingerprint !== tags.retired;
  if (!isOpen || !isDescribed(kind, id, tags) || isBeingDeleted(tags)) return;
  await withAdminCommand(adminCommand, () => unlessRefused(() => kind.list("recent")));
  await store.tag(secretId, encodeStoreTags({ deleting: id }));
}

/** The tag of a deletion that did not come to its end, and was taken back. */
export const withoutDeletion = { "opconnect:deleting": "" } as const;

/**
 * Whether what tags describe is there no more. Whoever cannot ask `op` takes it to work, unless its
 * deletion was begun: only a listing shows then that it is still there.
 * @throws `OP_…` codes of the listing, where its deletion was begun.
 */
export async function isKnownGone(id: string, tags: StoreTags, kind: MintedKind): Promise<boolean> {
  const list = () => kind.list("fresh");
  if (!isBeingDeleted(tags)) return isKnownRevoked(id, list);
  const listed = await unlessRefused(list);
  return !listed?.some((row) => isSameOnePasswordId(row.id, id) && isLive(row));
}
