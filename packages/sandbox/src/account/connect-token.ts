import type { Account, ConnectServer, TokenVault } from "./account.ts";
import { newBase64UrlKey, newId, sha256, timestamp } from "./ids.ts";

/** @see [S] op 2.33: read 48, read and write 496. */
export const tokenAcl = { r: 48, w: 448, rw: 496 } as const;

export interface NewConnectToken {
  readonly name: string;
  readonly server: ConnectServer;
  readonly vaults: readonly TokenVault[];
  readonly expiresAt?: Date | undefined;
}

/** Adds a Connect token and returns the JWT, which nothing can show a second time. */
export async function addConnectToken(account: Account, request: NewConnectToken): Promise<string> {
  const { server, vaults, expiresAt } = request;
  const id = newId();
  const secret = newBase64UrlKey(24);
  const issuedAt = new Date();
  const jwt = await sign(account, { id, secret, server, vaults, issuedAt, expiresAt });
  account.connectTokens.push({
    id,
    name: request.name,
    state: "ACTIVE",
    serverId: server.id,
    vaults,
    secretHash: sha256(secret),
    createdAt: timestamp(issuedAt),
    ...(expiresAt === undefined ? {} : { expiresAt: timestamp(expiresAt) }),
  });
  server.tokensVersion += 1;
  const signature = jwt.slice(jwt.lastIndexOf(".") + 1);
  account.secrets.push(jwt, secret, signature);
  return jwt;
}

interface TokenContent {
  readonly id: string;
  readonly secret: string;
  readonly server: ConnectServer;
  readonly vaults: readonly TokenVault[];
  readonly issuedAt: Date;
  readonly expiresAt: Date | undefined;
}

/** Header and claims as CONNECT.md section 2 lists them; loaded late, most calls need no key. */
async function sign(account: Account, token: TokenContent): Promise<string> {
  const { importJWK, SignJWT } = await import("jose");
  const { kid, privateJwk } = account.signingKey;
  const jwt = new SignJWT({
    "1password.com/auuid": account.id,
    "1password.com/token": token.secret,
    "1password.com/fts": ["vaultaccess"],
    "1password.com/vts": token.vaults.map(({ id, acl }) => ({ u: id, a: acl })),
  })
    .setProtectedHeader({ alg: "ES256", kid, typ: "JWT" })
    .setAudience(["com.1password.connect"])
    .setSubject(token.server.id)
    .setIssuer("com.1password.b5")
    .setJti(token.id)
    .setIssuedAt(token.issuedAt);
  if (token.expiresAt) jwt.setExpirationTime(token.expiresAt);
  return await jwt.sign(await importJWK({ ...privateJwk, kty: "EC" }, "ES256"));
}
