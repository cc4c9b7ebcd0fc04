import type { Failure, VaultAccess } from "@opconnect/core";

/** How an environment of a fleet is, by its state and the tags of its store alone. */
export interface StackStatus {
  readonly stack: string;
  readonly client?: string | undefined;
  readonly environment?: string | undefined;
  /** ISO 8601, as all times here: when its state was written last. */
  readonly updatedAt?: string | undefined;
  /** Uid of its cluster. */
  readonly cluster?: string | undefined;
  /** Versions of 1Password's chart, of Connect and of the operator. */
  readonly chart?: string | undefined;
  readonly connect?: string | undefined;
  readonly operator?: string | undefined;
  readonly credentials: readonly CredentialStatus[];
  /** Who can read what. */
  readonly reach: readonly VaultReach[];
  /** What the last refresh saw to be other than recorded. */
  readonly drift: readonly string[];
  /** Why it could not be looked at. */
  readonly failure?: Failure | undefined;
}

/**
 * A Connect server or a Connect token, as the tags of its secret describe it; or the token of a service
 * account, of which the store tells the version alone.
 */
export interface CredentialStatus {
  readonly kind: "server" | "token" | "account-token";
  readonly name: string;
  /** In 1Password; of the token of a service account, that of its secret. */
  readonly id: string;
  /** Who uses the token. */
  readonly consumer?: string | undefined;
  readonly mintedAt?: string | undefined;
  readonly expiresAt?: string | undefined;
  /** Why it has to be replaced. */
  readonly rotation?: string | undefined;
  /** What is to be known of it besides, one sentence each. */
  readonly notes: readonly string[];
}

/** Who can read a vault of an environment. */
export interface VaultReach {
  /** Its key in the program; where a service account reads it, its title or id. */
  readonly vault: string;
  /** Not known of a vault that a service account reads by its title. */
  readonly vaultId?: string | undefined;
  readonly access: VaultAccess;
  /** Whose token can. */
  readonly consumer: string;
  /** Whether that token is in the cluster, where the operator hands the items on. */
  readonly isInCluster: boolean;
  /** Namespaces whose items the operator hands on; `"all"`, or none where it is not the operator's. */
  readonly namespaces: readonly string[] | "all";
  /** Secrets that hold items of the vault, as `<namespace>/<name>`. */
  readonly secrets: readonly string[];
}
