import { type Convention, defined, type EnvironmentId, type ParsedName } from "@opconnect/core";
import { isLive } from "../op/object-state.ts";
import type { OpServer } from "../op/servers.ts";
import type { OpToken } from "../op/tokens.ts";
import type { ListedSecret } from "../store/contract/credential-store.ts";
import { decodeStoreTags, type StoreTags } from "../store/contract/value-tags.ts";

/** A secret, the environment and purpose it is for, and what its tags claim. */
export interface Claim extends Partial<ParsedName> {
  /** Name of the secret. */
  readonly secret: string;
  readonly tags: StoreTags;
}

export function claimOf({ name, tags }: ListedSecret, convention: Convention): Claim {
  const named =
    convention.parse("credentialsSecret", name) ?? convention.parse("tokenSecret", name);
  const { client, environment } = tags;
  return {
    ...defined({ client, environment }),
    ...named,
    secret: name,
    tags: decodeStoreTags(tags),
  };
}

/** Tells one environment from another. */
export function environmentKey({ client, environment }: Partial<EnvironmentId>): string {
  return JSON.stringify([client, environment]);
}

export function grouped<T>(
  all: readonly T[],
  keyOf: (one: T) => string,
): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const one of all) {
    const group = groups.get(keyOf(one));
    if (group === undefined) groups.set(keyOf(one), [one]);
    else group.push(one);
  }
  return groups;
}

/**
 * A claim of something that 1Password does not list as alive, as in a clone of the store that was
 * not pulled: what is alive in its place the store cannot know.
 */
export interface ClaimBehind {
  /** Name of the secret that claims it. */
  readonly secret: string;
  readonly kind: "server" | "token";
  readonly id: string;
  readonly state: "revoked" | "not there";
}

/** What 1Password lists, by ids in lower case. */
export interface Listed {
  readonly servers: ReadonlyMap<string, OpServer>;
  readonly tokens: ReadonlyMap<string, OpToken>;
}

/** What a secret claims though 1Password does not list it as alive. */
export function claimsBehind(
  { secret, tags }: Claim,
  { servers, tokens }: Listed,
): readonly ClaimBehind[] {
  if (isRetired(tags)) return [];
  const judge = (
    kind: ClaimBehind["kind"],
    id: string | undefined,
    rows: ReadonlyMap<string, OpServer | OpToken>,
  ): readonly ClaimBehind[] => {
    if (id === undefined) return [];
    const row = rows.get(id.toLowerCase());
    if (row !== undefined && isLive(row)) return [];
    return [{ secret, kind, id, state: row === undefined ? "not there" : "revoked" }];
  };
  return [...judge("server", tags.serverId, servers), ...judge("token", tags.tokenId, tokens)];
}

/** Whether the store says of something alive that it is ours, or that we were making it. */
export function isEvidence({ tags }: Claim): boolean {
  return tags.minting !== undefined || (tags.serverId !== undefined && !isRetired(tags));
}

function isRetired({ fingerprint, retired }: StoreTags): boolean {
  return retired !== undefined && retired === fingerprint;
}
