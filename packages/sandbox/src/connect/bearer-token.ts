import { errors, importJWK, jwtVerify } from "jose";
import type { Account, ConnectServer, ConnectToken, Vault } from "../account/account.ts";
import { findByUniqueKey } from "../account/connect-server.ts";
import { tokenAcl } from "../account/connect-token.ts";
import { isSameId, sha256 } from "../account/ids.ts";
import type { LogScope } from "./connect-log.ts";
import type { ConnectState } from "./connect-state.ts";
import { Refusal } from "./refusal.ts";

/** What the bearer of a valid token may do right now. */
export interface Access {
  readonly account: Account;
  readonly server: ConnectServer;
  readonly token: ConnectToken;
  /** Vaults of the token that the server still has. [D] */
  readonly vaults: readonly VaultAccess[];
}

/** What the middleware hands to every route under /v1. */
export interface ConnectVariables {
  Variables: { requestId: string; access: Access };
}

interface VaultAccess {
  readonly id: string;
  readonly reads: boolean;
  readonly writes: boolean;
  /** Absent if the vault was deleted. */
  readonly vault: Vault | undefined;
}

/**
 * Checks a bearer token: signature, expiry, server, revocation. The first valid one unlocks the server.
 * @throws Refusal 401, or 500 while the server has no usable credentials.
 */
export async function verifyBearer(
  state: ConnectState,
  authorization: string | undefined,
  scope: LogScope,
): Promise<Access> {
  if (!state.credentials)
    throw new Refusal(500, "failed to initiate, review service logs for details");
  const account = await state.account.read();
  const jwt = /^Bearer (\S+)$/i.exec(authorization ?? "")?.[1];
  const claims =
    jwt === undefined ? malformed(state, scope) : await verifyJwt(state, account, jwt, scope);
  const access = findAccess(state, account, claims);
  if (!access) {
    const reason = state.unlocked
      ? "Server: (failed to createVerifiedAccess), Authentication: (Invalid bearer token)"
      : "failed to Decrypt localAuthv2: Authentication failed, invalid bearer token"; // [S] connect #78
    state.log("W", reason, scope);
    const said = unknownBearer[account.wording % unknownBearer.length];
    throw new Refusal(401, said ?? "");
  }
  if (Date.now() - Date.parse(access.token.createdAt) < account.connectMood.newTokenMs) {
    throw invalidToken();
  }
  unlock(state, { ...scope, jti: access.token.id });
  return access;
}

interface Claims {
  readonly sub?: string | undefined;
  readonly jti?: string | undefined;
  readonly secret: unknown;
}

async function verifyJwt(
  state: ConnectState,
  account: Account,
  jwt: string,
  scope: LogScope,
): Promise<Claims> {
  const key = await importJWK({ ...account.signingKey.publicJwk, kty: "EC" }, "ES256");
  try {
    const { payload } = await jwtVerify(jwt, key, { issuer: "com.1password.b5" });
    return { sub: payload.sub, jti: payload.jti, secret: payload["1password.com/token"] };
  } catch (error) {
    if (error instanceof errors.JWSSignatureVerificationFailed) {
      throw new Refusal(401, "Invalid token signature"); // [D] spec
    }
    if (error instanceof errors.JWTExpired) return expired(state, scope);
    return malformed(state, scope);
  }
}

/** The log line is [S] connect #54. */
function expired(state: ConnectState, scope: LogScope): never {
  const cause = "square/go-jose/jwt: validation failed, token is expired (exp)";
  state.log(
    "W",
    `Server: (failed to createVerifiedAccess), Authentication: (Invalid bearer token), ${cause}`,
    scope,
  );
  throw invalidToken();
}

/** The log line is [S] terraform-provider-onepassword #24. */
function malformed(state: ConnectState, scope: LogScope): never {
  state.log("W", "Authentication: (Invalid bearer token), failed to ParseSigned", scope);
  throw invalidToken();
}

/** A token of another server, a deleted server or a revoked token find nothing. */
function findAccess(state: ConnectState, account: Account, claims: Claims): Access | undefined {
  const server = findByUniqueKey(account, state.credentials?.uniqueKey ?? "");
  if (server?.state !== "ACTIVE" || !isSameId(claims.sub ?? "", server.id)) return undefined;
  const token = account.connectTokens.find(({ id }) => id === claims.jti);
  if (token?.state !== "ACTIVE" || token.serverId !== server.id) return undefined;
  if (typeof claims.secret !== "string" || sha256(claims.secret) !== token.secretHash) {
    return undefined;
  }
  const live = token.vaults.filter(({ id }) => server.vaultIds.includes(id));
  const vaults = live.map(({ id, acl }) => ({
    id,
    reads: (acl & tokenAcl.r) === tokenAcl.r,
    writes: (acl & tokenAcl.w) === tokenAcl.w,
    vault: account.vaults.find((vault) => vault.id === id),
  }));
  return { account, server, token, vaults };
}

function unlock(state: ConnectState, scope: LogScope): void {
  if (state.unlocked) return;
  state.unlocked = true;
  state.log("I", "notifying syncer of new token", scope); // [S]
}

/** [?] What is said of a token that is another server's, or revoked. */
const unknownBearer = ["Invalid bearer token", "Invalid token signature", "Unauthorized"];

/** [S] for malformed and expired tokens, [?] for missing ones. */
function invalidToken(): Refusal {
  return new Refusal(401, "Invalid bearer token");
}
