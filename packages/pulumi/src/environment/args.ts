import type * as pulumi from "@pulumi/pulumi";
import type { InstallationArgs } from "../components/connect-deployment.ts";
import type { Keyed } from "../components/keyed.ts";
import type { VaultOptions } from "../components/vaults.ts";
import type { ClusterArgs } from "../resources/cluster-target.ts";
import type { EnvironmentItem } from "./item.ts";
import type { EnvironmentToken } from "./token.ts";

/** Arguments of {@link ConnectEnvironment}. */
export interface ConnectEnvironmentArgs extends InstallationArgs {
  /** Keys of the vaults, e.g. `["app", "data"]`, or options by key. */
  readonly vaults: Keyed<VaultOptions>;
  /**
   * Items that become Secrets, by the name of the Secret.
   * @default - none
   */
  readonly items?: Readonly<Record<string, EnvironmentItem>> | undefined;
  /**
   * The cluster. The Kubernetes provider and our own writes both follow it; a provider passed to
   * the component that reaches another cluster is refused.
   * @default - the ambient one
   */
  readonly cluster?: ClusterArgs | undefined;
  /**
   * Connect tokens by consumer, e.g. `{ ci: { vaults: ["app"], expiresIn: "90d" } }`, each with a
   * secret of its own in the store. `operator` says more about the operator's, which there is always.
   * @default - the operator's only
   */
  readonly tokens?: Readonly<Record<string, EnvironmentToken>> | undefined;
  /**
   * Raise it to have the Connect server and all tokens minted anew, the old ones deleted last.
   * @default 1
   */
  readonly revision?: pulumi.Input<number> | undefined;
  /**
   * Id of a Connect server made by hand, whose credentials file lies in the store already: it is
   * taken over instead of creating one. `opconnect adopt` finds it, and prints the program.
   * @default - what opconnect did not store is refused
   */
  readonly adopts?: string | undefined;
}
