import type { Account, ConnectServer } from "./account.ts";
import { newBase64UrlKey, newId, newUpperCaseId, sha256, timestamp } from "./ids.ts";

export interface NewConnectServer {
  readonly name: string;
  readonly vaultIds: readonly string[];
  readonly creatorId: string;
}

/** A server and the text of its credentials file, which nothing can show a second time. */
export interface CreatedConnectServer {
  readonly server: ConnectServer;
  readonly credentialsFile: string;
}

/** Adds a Connect server. Its name may be taken: 1Password accepts that in silence. [S] connect #103 */
export function addConnectServer(
  account: Account,
  request: NewConnectServer,
): CreatedConnectServer {
  const credentials = newCredentials();
  const server: ConnectServer = {
    id: newUpperCaseId(),
    name: request.name,
    state: "ACTIVE",
    creatorId: request.creatorId,
    createdAt: timestamp(new Date()),
    tokensVersion: 1,
    vaultIds: [...request.vaultIds],
    uniqueKeyHash: sha256(credentials.uniqueKey.k),
  };
  account.connectServers.push(server);
  account.secrets.push(
    credentials.verifier.salt,
    credentials.verifier.localHash,
    credentials.encCredentials.data,
    credentials.uniqueKey.k,
  );
  return { server, credentialsFile: JSON.stringify(credentials) };
}

/** Deletes a server: its credentials file and all its tokens are dead from here on. */
export function revokeConnectServer(account: Account, server: ConnectServer): void {
  server.state = "REVOKED";
  server.vaultIds = [];
  for (const token of account.connectTokens) {
    if (token.serverId === server.id) token.state = "REVOKED";
  }
}

/** The server whose credentials file holds this `uniqueKey.k`, alive or deleted. */
export function findByUniqueKey(account: Account, key: string): ConnectServer | undefined {
  const hash = sha256(key);
  return account.connectServers.find(({ uniqueKeyHash }) => uniqueKeyHash === hash);
}

/** Shape and size (1.0 to 1.2 kB, one line) as seen in public fixtures; the content is random. [S] */
function newCredentials() {
  return {
    verifier: { salt: newBase64UrlKey(16), localHash: newBase64UrlKey(32) },
    encCredentials: {
      kid: "localauthv2keykid",
      enc: "A256GCM",
      cty: "b5+jwk+json",
      iv: newBase64UrlKey(12),
      data: newBase64UrlKey(420),
    },
    version: "2",
    deviceUuid: newId(),
    uniqueKey: {
      alg: "A256GCM",
      ext: true,
      k: newBase64UrlKey(32),
      key_ops: ["encrypt", "decrypt"],
      kty: "oct",
      kid: newId(),
    },
  };
}
