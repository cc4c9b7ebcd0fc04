import type { ClusterAccess } from "../cluster/config.ts";
import type { UsedNamespaces } from "../cluster/rights.ts";
import type { OpCli } from "../op/op-cli.ts";
import type { CredentialStore } from "../store/contract/credential-store.ts";

/** What is known of an environment. What is left out is not looked at, and reported as skipped. */
export interface PreflightEnvironment extends UsedNamespaces {
  /**
   * Vaults that its Connect server is granted, or shall be: each known by its id, or by its title
   * while it does not exist yet.
   */
  readonly vaults?: readonly {
    readonly title?: string | undefined;
    readonly id?: string | undefined;
  }[];
  /** Id of its Connect server, if it has one. */
  readonly serverId?: string | undefined;
  /**
   * Account it belongs to: its id or sign-in address, e.g. `"acme.1password.com"`.
   * @default - the id that the tags of its secrets name
   */
  readonly account?: string | undefined;
  /**
   * Secrets of the credential store, by what they keep: `"credentials"`, or the consumer of a
   * Connect token, e.g. `"operator"`.
   */
  readonly secrets?: readonly { readonly name: string; readonly secretId: string }[];
  /** Cluster of the Connect deployment. */
  readonly cluster?: ClusterAccess | undefined;
  /**
   * Uid of the cluster that it was deployed to.
   * @default - any cluster will do
   */
  readonly clusterUid?: string | undefined;
}

/** The outside systems that a preflight asks. */
export interface PreflightSystems {
  readonly op: OpCli;
  /**
   * Opens the credential store; only called where secrets or the store are looked at.
   * @default - the store is not looked at
   */
  readonly openStore?: (() => CredentialStore | Promise<CredentialStore>) | undefined;
  /**
   * Time that an expiry is compared with.
   * @default - now
   */
  readonly now?: Date | undefined;
}
