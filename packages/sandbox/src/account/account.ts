import type { JsonWebKey } from "node:crypto";
import type { Item } from "./item.ts";
import type { AccountType, VaultPermission } from "./vault-permission.ts";

/**
 * One 1Password account, as it lies on disk. Everything in it is 1Password's side: it holds secrets,
 * so the folder around it is left out of every scan for leaked ones.
 */
export interface Account {
  readonly format: 1;
  /** 26 upper-case characters. */
  readonly id: string;
  /** Sign-in address without scheme. */
  readonly url: string;
  readonly shorthand: string;
  readonly type: AccountType;
  /** Which of the texts that are nobody's recording `op` and Connect use here. */
  readonly wording: number;
  connectMood: ConnectMood;
  /** What `op` on this machine knows: a signed-in person, an account without session, or nothing. */
  session: Session;
  /** Signs Connect tokens; the real one never leaves 1Password either. */
  readonly signingKey: SigningKey;
  readonly users: User[];
  readonly groups: Group[];
  readonly vaults: Vault[];
  readonly items: Item[];
  readonly serviceAccounts: ServiceAccount[];
  readonly connectServers: ConnectServer[];
  readonly connectTokens: ConnectToken[];
  /** Groups that may manage Connect servers; without a server id, all of them. */
  secretsAutomationManagers: SecretsAutomationManager[];
  /** Every secret string this account ever produced, for scans. */
  readonly secrets: string[];
}

/** How Connect refuses tokens that are good. [S] CONNECT.md, "Flaky statuses to tolerate" */
export interface ConnectMood {
  /** How long a new token is refused, in milliseconds: some 30 seconds were seen. */
  readonly newTokenMs: number;
  /** Of so many requests for a vault about one gets a 403, by chance; none where it is 0. */
  readonly refusesOneIn: number;
  /** The same seed refuses the same requests of a Connect deployment. */
  readonly seed: number;
}

type Session =
  | { readonly state: "signed-in"; readonly userId: string }
  | { readonly state: "signed-out" }
  | { readonly state: "no-account" };

export interface SigningKey {
  readonly kid: string;
  readonly privateJwk: JsonWebKey;
  readonly publicJwk: JsonWebKey;
}

export interface User {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly type: "MEMBER" | "GUEST";
  state: "ACTIVE" | "SUSPENDED";
  readonly createdAt: string;
  updatedAt: string;
  lastAuthAt: string;
}

export interface Group {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly type: "OWNERS" | "ADMINISTRATORS" | "TEAM_MEMBERS" | "USER_DEFINED";
  readonly state: "ACTIVE";
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly memberIds: string[];
}

export interface Vault {
  readonly id: string;
  name: string;
  description: string;
  icon?: string;
  readonly type: "PERSONAL" | "EVERYONE" | "TRANSFER" | "USER_CREATED";
  readonly creatorId: string;
  attributeVersion: number;
  contentVersion: number;
  readonly createdAt: string;
  updatedAt: string;
  readonly grants: VaultGrant[];
}

/** Permissions of a user, a group or a service account on one vault. */
export interface VaultGrant {
  readonly holder: "user" | "group" | "service-account";
  readonly holderId: string;
  permissions: VaultPermission[];
}

export interface ServiceAccount {
  readonly id: string;
  readonly name: string;
  state: "ACTIVE" | "DELETED";
  readonly creatorId: string;
  readonly canCreateVaults: boolean;
  readonly tokenHash: string;
  readonly createdAt: string;
  readonly expiresAt?: string;
}

export interface ConnectServer {
  readonly id: string;
  name: string;
  state: "ACTIVE" | "REVOKED";
  readonly creatorId: string;
  readonly createdAt: string;
  tokensVersion: number;
  vaultIds: string[];
  /** SHA-256 of `uniqueKey.k`: how the emulated Connect knows whose credentials file it was given. */
  readonly uniqueKeyHash: string;
}

export interface ConnectToken {
  readonly id: string;
  name: string;
  state: "ACTIVE" | "REVOKED";
  readonly serverId: string;
  readonly vaults: readonly TokenVault[];
  readonly secretHash: string;
  readonly createdAt: string;
  readonly expiresAt?: string;
}

export interface TokenVault {
  readonly id: string;
  /** Bits as in the token's `vts` claim: 48 read, 448 write, 496 both. */
  readonly acl: number;
}

export interface SecretsAutomationManager {
  readonly groupId: string;
  readonly serverId?: string;
}
