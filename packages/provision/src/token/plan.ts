import {
  ConnectError,
  type ConnectTokenClaims,
  decodeConnectToken,
  isConnectError,
  type VaultGrant,
} from "@opconnect/core";
import { isReplaced, isRotated, type MintingPlan } from "../minting/plan.ts";
import type { StoredState } from "../minting/stored-state.ts";
import type { StoredCredential } from "../store/contract/credential-store.ts";
import { withKnownAccess } from "./listed-access.ts";
import { tokenMisfits } from "./misfits.ts";
import type { TokenRequest } from "./request.ts";

type TokenPlan = MintingPlan<ConnectTokenClaims>;

/**
 * Decides by what the store holds whether a Connect token is there already. A token tells itself
 * what it is good for, so also one that a person put there is used if it fits.
 * @throws `TOKEN_MISMATCH` or `TOKEN_MALFORMED` if a person put something else there,
 * `STORE_CONTENT_INVALID` if the store holds a newer revision than the one asked for.
 */
export function planToken(state: StoredState, wanted: TokenRequest, now: Date): TokenPlan {
  if (state.kind === "empty" || state.kind === "replaced") return mint;
  const { tags } = state;
  // Stored by a run that was cut short before it could describe it.
  if (tags.minting !== undefined && state.kind !== "ours" && state.stored !== undefined) {
    const judged = judge(state.stored.value, [], wanted, now);
    if ("claims" in judged && !isRotated(judged.claims.id, wanted.rotation)) {
      return { kind: "adopt", about: judged.claims, stored: state.stored, described: false };
    }
  }
  switch (state.kind) {
    case "unfinished":
      return mint;
    case "foreign":
      return planForeign(state.stored, wanted, now);
  }
  if (isReplaced(tags.tokenId, tags, wanted)) return mint;
  switch (state.kind) {
    case "unreadable":
      throw state.failure;
    case "displaced":
      return { kind: "restore", versionId: state.versionId };
    case "ours": {
      const judged = judge(state.stored.value, tags.vaults, wanted, now);
      if ("misfit" in judged) return mint;
      return { kind: "adopt", about: judged.claims, stored: state.stored, described: true };
    }
  }
}

/** Others of the name may well be in use, and disturb no one. */
const mint: TokenPlan = { kind: "mint", namesakes: "expected" };

function planForeign(stored: StoredCredential, wanted: TokenRequest, now: Date): TokenPlan {
  if (wanted.revision > 1) return mint;
  const judged = judge(stored.value, [], wanted, now);
  if ("misfit" in judged) throw foreignToken(judged.misfit, wanted);
  if (isRotated(judged.claims.id, wanted.rotation)) return mint;
  return { kind: "adopt", about: judged.claims, stored, described: false };
}

/** The claims of a token that fits, or why it does not. */
function judge(
  value: string,
  recorded: readonly VaultGrant[],
  wanted: TokenRequest,
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

function foreignToken(misfit: ConnectError, { secretId, revision }: TokenRequest): ConnectError {
  const where = misfit.happened.includes(secretId) ? "" : ` It is in the secret ${secretId}.`;
  return new ConnectError(
    misfit.code,
    `${misfit.happened}${where} opconnect did not store it.`,
    `Put one there that fits, or set \`revision: ${revision + 1}\` to have it replaced by a new token.`,
  );
}
