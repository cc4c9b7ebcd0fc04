import { parseDurationSeconds } from "@opconnect/core";
import type { SecretDescription } from "../store/contract/credential-store.ts";
import { decodeStoreTags, type StoreTags } from "../store/contract/value-tags.ts";
import { versionIdOf } from "../store/contract/version-id.ts";

/** A Connect server or a Connect token that has to be replaced. */
export interface DueRotation {
  /** Id of the server or token, never to be adopted again. */
  readonly of: string;
  /** Why, in a few words, e.g. `"rotateAfter 90d passed on 2026-11-21"`. */
  readonly because: string;
}

interface WantedRotation {
  readonly secretId: string;
  readonly now: Date;
  readonly rotateAfter?: string | undefined;
}

/**
 * Judges by the tags of a secret whether what it keeps has to be replaced. Asks no one and reads no
 * value, so that a preview can tell.
 * @throws `TOKEN_EXPIRY_INVALID` if `rotateAfter` is no time, `STORE_CONTENT_INVALID` if a later
 * release of opconnect wrote the tags.
 */
export function dueRotation(
  description: SecretDescription | undefined,
  wanted: WantedRotation,
): DueRotation | undefined {
  if (description === undefined) return undefined;
  const tags = decodeStoreTags(description.tags);
  const of = tags.tokenId ?? tags.serverId;
  // Without a fingerprint there is nothing of ours: not minted yet, or deleted.
  if (of === undefined || tags.fingerprint === undefined) return undefined;
  const because =
    askedFor(of, tags) ??
    expired(tags, wanted.now) ??
    aged(tags, wanted) ??
    lost(tags.fingerprint, description, wanted.secretId);
  return because === undefined ? undefined : { of, because };
}

function askedFor(of: string, { rotate }: StoreTags): string | undefined {
  return rotate?.toLowerCase() === of.toLowerCase() ? "its replacement was asked for" : undefined;
}

function expired({ expiresAt }: StoreTags, now: Date): string | undefined {
  if (expiresAt === undefined || expiresAt > now) return undefined;
  return `it expired on ${dayOf(expiresAt)}`;
}

function aged({ mintedAt }: StoreTags, { rotateAfter, now }: WantedRotation): string | undefined {
  if (rotateAfter === undefined) return undefined;
  const seconds = parseDurationSeconds(rotateAfter, "rotateAfter");
  if (mintedAt === undefined) return `its age is not recorded, and rotateAfter is ${rotateAfter}`;
  const dueAt = new Date(mintedAt.getTime() + seconds * 1000);
  return dueAt > now ? undefined : `rotateAfter ${rotateAfter} passed on ${dayOf(dueAt)}`;
}

/** A value that can be restored is no loss: the next run does so. */
function lost(
  fingerprint: string,
  { versionIds }: SecretDescription,
  secretId: string,
): string | undefined {
  const isThere = versionIds.includes(versionIdOf(secretId, fingerprint));
  return isThere ? undefined : "its value is no longer in the store";
}

function dayOf(date: Date): string {
  return date.toISOString().slice(0, 10);
}
