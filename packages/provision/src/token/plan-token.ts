import type { VaultGrant } from "@opconnect/core";
import {
  ConnectError,
  type ConnectTokenClaims,
  decodeConnectToken,
  isConnectError,
  isSameOnePasswordId,
  parseDurationSeconds,
  tokenMismatches,
} from "@opconnect/core";
import type { StoredState } from "../minting/stored-state.ts";
import { newerRevision } from "../server/plan-server.ts";
import type { StoredCredential } from "../store/contract/credential-store.ts";
import { encodeTagName, type StoreTags } from "../store/contract/value-tags.ts";
import { withKnownAccess } from "./listed-access.ts";

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
  /** Id of the token that is being replaced. */
  readonly rotates?: string | undefined;
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
  /** Make this version of the secret current again, which holds a token that may fit. */
  | { readonly kind: "restore"; readonly versionId: string }
  | { readonly kind: "mint" };

/**
 * Decides by what the store holds whether a Connect token is there already. A token tells itself
 * what it is good for, so also one that somebody else put there is used if it fits.
 * @throws `TOKEN_MISMATCH` or `TOKEN_MALFORMED` if somebody else put something else there,
 * `STORE_CONTENT_INVALID` if the store holds a newer revision than the one asked for.
 */
export function planToken(state: StoredState, wanted: PlannedToken, now: Date): TokenPlan {
  if (state.kind === "empty") return { kind: "mint" };
  const { tags } = state;
  // Stored by a run that was cut short before it could describe it.
  if (tags.minting !== undefined && state.kind !== "ours" && state.stored !== undefined) {
    const judged = judge(state.stored.value, [], wanted, now);
    if ("claims" in judged && !isRotated(judged.claims.id, wanted)) {
      return adopt(judged.claims, state.stored, false);
    }
  }
  if (state.kind === "unfinished") return { kind: "mint" };
  if (state.kind === "foreign") return planForeign(state.stored, wanted, now);
  if (isReplaced(tags, wanted)) return { kind: "mint" };
  if (state.kind === "unreadable") throw state.failure;
  if (state.kind === "displaced") return { kind: "restore", versionId: state.versionId };
  const judged = judge(state.stored.value, tags.vaults, wanted, now);
  return "claims" in judged ? adopt(judged.claims, state.stored, true) : { kind: "mint" };
}

function isReplaced({ revision = 1, name, tokenId }: StoreTags, wanted: PlannedToken): boolean {
  if (revision > wanted.revision) throw newerRevision(revision, wanted);
  if (revision < wanted.revision || name !== encodeTagName(wanted.name)) return true;
  return isRotated(tokenId, wanted);
}

function isRotated(tokenId: string | undefined, { rotates }: PlannedToken): boolean {
  return tokenId !== undefined && isSameOnePasswordId(tokenId, rotates ?? "");
}

function planForeign(stored: StoredCredential, wanted: PlannedToken, now: Date): TokenPlan {
  if (wanted.revision > 1) return { kind: "mint" };
  const judged = judge(stored.value, [], wanted, now);
  if ("misfit" in judged) throw foreignToken(judged.misfit, wanted);
  if (isRotated(judged.claims.id, wanted)) return { kind: "mint" };
  return adopt(judged.claims, stored, false);
}

function adopt(claims: ConnectTokenClaims, stored: StoredCredential, isTagged: boolean): TokenPlan {
  return { kind: "adopt", claims, stored, isTagged };
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
  { serverId, vaults, expiresIn }: Pick<PlannedToken, "serverId" | "vaults" | "expiresIn">,
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
