import { type Convention, defined, type EnvironmentId, encodeTagName } from "@opconnect/core";
import { isLive } from "../op/object-state.ts";
import type { OpServer } from "../op/servers.ts";
import type { OpToken } from "../op/tokens.ts";
import type { ListedSecret } from "../store/contract/credential-store.ts";
import {
  type Claim,
  type ClaimBehind,
  claimOf,
  claimsBehind,
  environmentKey,
  grouped,
  isEvidence,
} from "./claim.ts";

/** A Connect server or a Connect token that is alive and that no secret of the store claims. */
export interface Orphan extends EnvironmentId {
  readonly kind: "server" | "token";
  readonly id: string;
  /** Name in 1Password. */
  readonly name: string;
  /** The Connect server that the token is for, or the server itself. */
  readonly serverId: string;
  /** ISO 8601; `op` may not tell. */
  readonly createdAt?: string;
  /**
   * Whether it is ours by all that can be known: its name is the convention's, and the store knows
   * its environment, and for a token its very secret, as 1Password does. Names alone prove nothing:
   * `{client}-{environment}` reads many that people have given by hand. Nor does a store that is
   * behind: what it does not claim may be what replaced the one that it does.
   */
  readonly isOurs: boolean;
  /** Why it may be claimed in a moment: an update under way has just made or replaced it. */
  readonly recent?: string;
}

/** Where claims are looked for, and which orphans are wanted. */
export interface OrphanSearch {
  readonly convention: Convention;
  /** @default - those of all clients */
  readonly client?: string | undefined;
  /** @default - those of all environments */
  readonly environment?: string | undefined;
  /**
   * Age from which on an orphan is no longer taken for the work of an update under way.
   * @default one hour
   */
  readonly settledAfterMs?: number | undefined;
  readonly now: Date;
}

interface OrphanEvidence {
  readonly servers: readonly OpServer[];
  readonly tokens: readonly OpToken[];
  readonly secrets: readonly ListedSecret[];
}

/** What was found, and whether the store could tell. */
export interface Judgement {
  /** Servers first, each followed by its tokens. */
  readonly orphans: readonly Orphan[];
  /** Where the store is behind 1Password; then no orphan is surely ours. */
  readonly behind: readonly ClaimBehind[];
}

export function judgeOrphans(
  { servers, tokens, secrets }: OrphanEvidence,
  search: OrphanSearch,
): Judgement {
  const all = secrets.map((secret) => claimOf(secret, search.convention));
  const listed = { servers: byId(servers), tokens: byId(tokens) };
  const behind = all
    .filter((claim) => isWanted(claim, search))
    .flatMap((claim) => claimsBehind(claim, listed));
  const claims: Claims = {
    ofEnvironments: grouped(all, environmentKey),
    serverIds: new Set(all.map(({ tags }) => tags.serverId?.toLowerCase())),
    tokenIds: new Set(all.map(({ tags }) => tags.tokenId?.toLowerCase())),
  };
  const tokensOf = grouped(tokens.filter(isLive), ({ serverId = "" }) => serverId.toLowerCase());
  const orphans = servers
    .filter(isLive)
    .flatMap((server) =>
      orphansOf(server, tokensOf.get(server.id.toLowerCase()) ?? [], claims, search),
    );
  const judged =
    behind.length === 0 ? orphans : orphans.map((each) => ({ ...each, isOurs: false }));
  return { orphans: judged, behind };
}

/** What the secrets claim: by environment, and ids in lower case. */
interface Claims {
  readonly ofEnvironments: ReadonlyMap<string, readonly Claim[]>;
  readonly serverIds: ReadonlySet<string | undefined>;
  readonly tokenIds: ReadonlySet<string | undefined>;
}

function byId<T extends { readonly id: string }>(rows: readonly T[]): ReadonlyMap<string, T> {
  return new Map(rows.map((row) => [row.id.toLowerCase(), row]));
}

function orphansOf(
  server: OpServer,
  tokens: readonly OpToken[],
  claims: Claims,
  search: OrphanSearch,
): readonly Orphan[] {
  const { convention } = search;
  const named = convention.parse("server", server.name);
  if (named === undefined || !isWanted(named, search)) return [];
  const { client, environment } = named;
  const related = claims.ofEnvironments.get(environmentKey({ client, environment })) ?? [];
  const isKnown = related.some(isEvidence);
  const isTokenOf = (name: string) => {
    const parsed = convention.parse("token", name);
    const isItsSecret = ({ purpose, tags }: Claim) =>
      tags.name === encodeTagName(name) || (purpose !== undefined && purpose === parsed?.purpose);
    return isSameEnvironment(parsed, named) && related.some(isItsSecret);
  };
  const of = (kind: Orphan["kind"], { id, name, createdAt }: OpServer | OpToken): Orphan => ({
    kind,
    id,
    name,
    client,
    environment,
    serverId: server.id,
    ...defined({ createdAt }),
    isOurs: isKnown && (kind === "server" || isTokenOf(name)),
    ...defined({ recent: recentness(createdAt, related, search) }),
  });
  const orphanTokens = tokens
    .filter(({ id }) => !claims.tokenIds.has(id.toLowerCase()))
    .map((token) => of("token", token));
  if (claims.serverIds.has(server.id.toLowerCase())) return orphanTokens;
  // Nothing opens a token whose server goes, so those of an orphan share its fate.
  const orphan = of("server", server);
  return [orphan, ...orphanTokens.map((token) => ({ ...token, isOurs: orphan.isOurs }))];
}

function isWanted(named: Partial<EnvironmentId>, { client, environment }: OrphanSearch): boolean {
  return [
    [client, named.client],
    [environment, named.environment],
  ].every(([wanted, found]) => wanted === undefined || found === undefined || wanted === found);
}

function isSameEnvironment(one: Partial<EnvironmentId> | undefined, other: EnvironmentId): boolean {
  return one?.client === other.client && one.environment === other.environment;
}

const hourMs = 3_600_000;

/** An update mints first and deletes last: what is young, or was replaced just now, may be its. */
function recentness(
  createdAt: string | undefined,
  related: readonly Claim[],
  { now, settledAfterMs = hourMs }: OrphanSearch,
): string | undefined {
  const ageMs = (at: Date) => now.getTime() - at.getTime();
  if (related.some(({ tags }) => tags.superseded !== undefined)) {
    return "an update may not have rolled out yet what replaces it";
  }
  const created = createdAt === undefined ? undefined : ageMs(new Date(createdAt));
  if (created !== undefined && created < settledAfterMs) return "it was made a moment ago";
  const replaced = related.some(
    ({ tags }) => tags.mintedAt && ageMs(tags.mintedAt) < settledAfterMs,
  );
  return replaced ? "its environment was minted for a moment ago" : undefined;
}
