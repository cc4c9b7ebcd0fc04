import type { Account, ServiceAccount, Vault } from "./account.ts";
import { newBase64UrlKey, newUpperCaseId, sha256, timestamp } from "./ids.ts";
import { grantPermissions } from "./vault.ts";
import { permissionBundles, type VaultPermission } from "./vault-permission.ts";

export interface ServiceAccountRequest {
  readonly name: string;
  readonly grants: readonly { readonly vault: Vault; readonly permissions: readonly string[] }[];
  readonly canCreateVaults: boolean;
  readonly creatorId: string;
  readonly expiresAt?: string | undefined;
}

/** Adds a service account and returns its token, which nothing can show a second time. */
export function createServiceAccount(account: Account, request: ServiceAccountRequest): string {
  const id = newUpperCaseId();
  const token = newToken(account, id);
  account.serviceAccounts.push({
    id,
    name: request.name,
    state: "ACTIVE",
    creatorId: request.creatorId,
    canCreateVaults: request.canCreateVaults,
    tokenHash: sha256(token),
    createdAt: timestamp(new Date()),
    ...(request.expiresAt === undefined ? {} : { expiresAt: request.expiresAt }),
  });
  for (const { vault, permissions } of request.grants) {
    const granular = permissions.flatMap((name) => serviceAccountPermissions[name] ?? []);
    grantPermissions(vault, "service-account", id, granular);
  }
  return token;
}

/** The service account of a token; undefined for a token that this account did not issue. */
export function findByToken(account: Account, token: string): ServiceAccount | undefined {
  const hash = sha256(token);
  return account.serviceAccounts.find(({ tokenHash }) => tokenHash === hash);
}

/** Names of `--vault "V:read_items,write_items"`; write and share need read beside them. */
export const serviceAccountPermissions: Readonly<Record<string, readonly VaultPermission[]>> = {
  read_items: permissionBundles.allow_viewing ?? [],
  write_items: permissionBundles.allow_editing ?? [],
  share_items: ["copy_and_share_items"],
};

/** `ops_` and base64 of JSON, as the real one: it starts `ops_eyJ`. [S] */
function newToken(account: Account, id: string): string {
  const secretKey = newBase64UrlKey(26);
  account.secrets.push(secretKey);
  const content = {
    signInAddress: account.url,
    email: `${id.toLowerCase()}@1passwordserviceaccounts.com`,
    srpX: newBase64UrlKey(32),
    muk: { alg: "A256GCM", k: newBase64UrlKey(32), kty: "oct" },
    secretKey,
    throttleSecret: { seed: newBase64UrlKey(32) },
  };
  const token = `ops_${Buffer.from(JSON.stringify(content)).toString("base64url")}`;
  account.secrets.push(token, content.muk.k, content.srpX);
  return token;
}
