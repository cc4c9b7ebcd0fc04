import type { ClusterAccess } from "../cluster/config.ts";
import type { ClusterSecretKeys } from "../cluster/secret/describe.ts";
import type { PreflightResult } from "../preflight/result.ts";
import type { SourceVault } from "./source/item-source.ts";

/** What an environment should have in its cluster. */
export interface WantedHealth {
  readonly cluster: ClusterAccess;
  readonly secrets: readonly WantedSecret[];
  readonly deployments: readonly WantedObject[];
  readonly certificates: readonly WantedCertificate[];
  readonly items: readonly WantedItem[];
  readonly networkPolicies: readonly WantedNetworkPolicy[];
  readonly accessPolicies: readonly WantedAccessPolicy[];
  /** Namespaces with an operator that asks 1Password itself: there is to be no Connect. */
  readonly withoutConnect: readonly string[];
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
  /** The same of what the store has now; empty where that is another, and none where it was not asked. */
  readonly stored?: string | undefined;
  /** Whether the pods of a deployment beside it run with it. */
  readonly isOfDeployment: boolean;
  /** Of a Connect token, the vaults that it was given; none where that is not known. */
  readonly vaults?: readonly SourceVault[] | undefined;
}

/** The Secret of a certificate that Connect serves TLS with. */
export interface WantedCertificate extends WantedObject {
  /** SHA-256 of the certificate that was deployed, hex. */
  readonly fingerprint: string;
  /** Whether opconnect makes and renews it. */
  readonly isMade: boolean;
}

/** An item whose Secret should be there. */
export interface WantedItem extends WantedObject {
  /** Keys that its Secret has to have. */
  readonly keys: readonly string[];
}

/** A NetworkPolicy as it was deployed. */
export interface WantedNetworkPolicy extends WantedObject {
  readonly spec: unknown;
}

/** A ValidatingAdmissionPolicy that guards items, and its binding of the same name, as deployed. */
export interface WantedAccessPolicy {
  readonly name: string;
  readonly spec: unknown;
  /** What the binding specifies; `undefined` where none was deployed. */
  readonly binding: unknown;
}

/** What is looked at in a cluster. */
export type HealthCheck =
  /** Does a Secret of ours hold what was put into it? One result for each. */
  | "cluster-secret"
  /** Do Connect and the operator run, with the current credentials? One result for each. */
  | "deployment"
  /** Does the certificate hold that Connect serves, and for how long? One result for each. */
  | "certificate"
  /** Does Connect answer the operator with the vaults that it was given? One result for each. */
  | "connect"
  /** Has the cluster the kind `OnePasswordItem`, as the operator takes it? */
  | "definition"
  /** May the operator do in the cluster what it has to? One result for each. */
  | "operator-rights"
  /** Is a NetworkPolicy there as it was deployed? One result for each. */
  | "network-policy"
  /** Is a policy that guards items in force as it was deployed? One result for each. */
  | "access-policy"
  /** Is the Secret of an item what 1Password has? One result for each. */
  | "item";

/** What one check of {@link checkHealth} found. */
export type HealthResult = PreflightResult<HealthCheck>;
