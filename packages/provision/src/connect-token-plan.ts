import {
  ConnectError,
  type ConnectTokenClaims,
  decodeConnectToken,
  isConnectError,
  tokenMismatches,
} from "@opconnect/core";
import { newerRevision } from "./connect-server-plan.ts";
import { withKnownAccess } from "./connect-token-access.ts";
import type { StoredCredential } from "./credential-store.ts";
import { parseDurationSeconds } from "./duration.ts";
import { encodeTagName } from "./store-tags.ts";
import { storedState } from "./stored-state.ts";
import type { VaultGrant } from "./vault-grant.ts";

/** What the plan for a Connect token depends on. */
export interface PlannedToken {
  /** Name in 1Password. */
  readonly name: string;
  readonly serverId: string;
  readonly vaults: readonly VaultGrant[];
  /** Life time as `op` takes it, e.g. `"90d"`. */
  readonly expiresIn?: string | undefined;
  /** The secret that keeps the token, to name it in errors. */
  readonly secretId: string;
  /** Raised to ask for a new token. */
  readonly revision: number;
}

/** What to do so that there is a Connect token in the store. */
export type TokenPlan =
  /** Use the stored one; where `isTagged` is not set, no tags of ours describe it yet. */
  | {
      readonly kind: "adopt";
      readonly claims: ConnectTokenClaims;
      readonly stored: StoredCredential;
      readonly isTagged: boolean;
    }
  | { readonly kind: "mint" };

/**
 * Decides by what the store holds whether a Connect token is there already. A token tells itself
 * what it is good for, so also one that somebody else put there is used if it fits.
 * @throws `TOKEN_MISMATCH` or `TOKEN_MALFORMED` if somebody else put something else there,
 * `STORE_CONTENT_INVALID` if the store holds a newer revision than the one asked for.
 */
export function planToken(
  stored: StoredCredential | undefined,
  wanted: PlannedToken,
  now: Date,
): TokenPlan {
  const state = storedState(stored);
  if (state.kind === "empty") return { kind: "mint" };
  if (state.kind === "ours") {
    const { revision = 1, name } = state.tags;
    if (revision > wanted.revision) throw newerRevision(revision, wanted);
    const isReplaced = revision < wanted.revision || name !== encodeTagName(wanted.name);
    if (isReplaced) return { kind: "mint" };
  }
  if (state.kind === "foreign" && wanted.revision > 1) return { kind: "mint" };
  const recorded = state.kind === "ours" ? state.tags.vaults : [];
  const judged = judge(state.stored.value, recorded, wanted, now);
  if ("claims" in judged) {
    return {
      kind: "adopt",
      claims: judged.claims,
      stored: state.stored,
      isTagged: state.kind === "ours",
    };
  }
  if (state.kind === "foreign") throw foreignToken(judged.misfit, wanted);
  return { kind: "mint" };
}

/** The claims of a token that fits, or why it does not. */
function judge(
  value: string,
  recorded: readonly VaultGrant[],
  wanted: PlannedToken,
  now: Date,
): { readonly claims: ConnectTokenClaims } | { readonly misfit: ConnectError } {
  try {
    const claims = withKnownAccess(decodeConnectToken(value), recorded);
    const mismatches = tokenMisfits(claims, wanted, now);
    if (mismatches.length === 0) return { claims };
    const happened = `The Connect token in the secret ${wanted.secretId} does not fit. ${mismatches.join(" ")}`;
    return { misfit: new ConnectError("TOKEN_MISMATCH", happened, "") };
  } catch (error) {
    if (isConnectError(error)) return { misfit: error };
    throw error;
  }
}

/** What keeps a token from being the one asked for, one sentence each. */
export function tokenMisfits(
  claims: ConnectTokenClaims,
  { serverId, vaults, expiresIn }: PlannedToken,
  now: Date,
): readonly string[] {
  return [
    ...tokenMismatches(claims, { serverId, vaults, now }),
    ...lifeTimeMisfits(claims, expiresIn),
  ];
}

/** Seconds by which 1Password's clock may round a life time. */
const toleranceSeconds = 300;

function lifeTimeMisfits(
  { issuedAt, expiresAt }: ConnectTokenClaims,
  expiresIn: string | undefined,
) {
  if (expiresIn === undefined) {
    return expiresAt === undefined ? [] : [`It expires, at ${expiresAt.toISOString()}.`];
  }
  if (expiresAt === undefined) return ["It never expires."];
  if (issuedAt === undefined) return [];
  const seconds = (expiresAt.getTime() - issuedAt.getTime()) / 1000;
  const isAsAsked = Math.abs(seconds - parseDurationSeconds(expiresIn)) <= toleranceSeconds;
  return isAsAsked ? [] : [`It lives ${Math.round(seconds)} seconds, not ${expiresIn}.`];
}

function foreignToken(misfit: ConnectError, { secretId, revision }: PlannedToken): ConnectError {
  const where = misfit.happened.includes(secretId) ? "" : ` It is in the secret ${secretId}.`;
  return new ConnectError(
    misfit.code,
    `${misfit.happened}${where} opconnect did not store it.`,
    `Take it out of the secret, or set \`revision: ${revision + 1}\` to have it replaced by a new token.`,
  );
}
