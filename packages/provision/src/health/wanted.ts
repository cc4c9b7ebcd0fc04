import type { ClusterAccess } from "../cluster/config.ts";
import type { ClusterSecretKeys } from "../cluster/secret/describe.ts";
import type { PreflightResult } from "../preflight/result.ts";

/** What an environment should have in its cluster. */
export interface WantedHealth {
  readonly cluster: ClusterAccess;
  readonly secrets: readonly WantedSecret[];
  readonly deployments: readonly WantedObject[];
  readonly items: readonly WantedObject[];
  /** Ids of vaults that the Connect server is known to have lost. */
  readonly lostVaults: readonly string[];
}

/** Where an object should be. */
export interface WantedObject {
  readonly namespace: string;
  readonly name: string;
}

/** A Secret that holds a value of the credential store. */
export interface WantedSecret extends WantedObject, ClusterSecretKeys {
  /** SHA-256 of what it holds, hex. */
  readonly content: string;
  /** SHA-256 of the value in the store, hex: what the annotations of the pods show. */
  readonly fingerprint: string;
}

/** What is looked at in a cluster. */
export type HealthCheck =
  /** Does a Secret of ours hold what was put into it? One result for each. */
  | "cluster-secret"
  /** Do Connect and the operator run, with the current credentials? One result for each. */
  | "deployment"
  /** Is the Secret of an item what 1Password has? One result for each. */
  | "item";

/** What one check of {@link checkHealth} found. */
export type HealthResult = PreflightResult<HealthCheck>;
