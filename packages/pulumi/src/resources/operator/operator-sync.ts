import * as pulumi from "@pulumi/pulumi";
import { type ClusterTarget, targetInputs, withSecretKubeconfig } from "../cluster-target.ts";
import { ProvidedResource } from "../provided-resource.ts";

/** Arguments of {@link OperatorSync}. */
export interface OperatorSyncArgs {
  /** The cluster that the operator runs on. */
  readonly cluster: ClusterTarget;
  /** Tells one pair of credentials from the next: the value of the items' label `opconnect/credentials`. */
  readonly credentials: pulumi.Input<string>;
  /** The items that the operator keeps: where each and its Secret are. */
  readonly items: readonly {
    readonly namespace: pulumi.Input<string>;
    readonly name: string;
  }[];
}

/**
 * A proof that the operator works with new credentials. When they change, an update waits until
 * every Secret that an item had carries their label, which the operator copies only after it fetched
 * the item from Connect. What it replaces, the old server and the old token, is deleted after that:
 * depend on it, or let it depend on all that changes, as {@link ConnectEnvironment} does.
 *
 * An item that 1Password does not have is not waited for, nor is one that never had a Secret. Where
 * the operator failed, it is asked to try again every few seconds.
 *
 * Errors of an update: `CLUSTER_SYNC_TIMED_OUT` after five minutes, with the items that lag and
 * what the operator says of them; `CLUSTER_MISMATCH`, `CLUSTER_UNREACHABLE`, `CLUSTER_ACCESS_DENIED`.
 */
export class OperatorSync extends ProvidedResource {
  constructor(name: string, args: OperatorSyncArgs, opts?: pulumi.CustomResourceOptions) {
    const { cluster, ...rest } = args;
    super("operatorSync", name, { ...targetInputs(cluster), ...rest }, withSecretKubeconfig(opts));
  }
}

/** The label that carries which credentials an item was last synced with. */
export const credentialsLabel = "opconnect/credentials";

/** Value of the label for the credentials file and the operator's token with these fingerprints. */
export function credentialsLabelValue(
  serverFingerprint: pulumi.Input<string>,
  tokenFingerprint: pulumi.Input<string>,
): pulumi.Output<string> {
  // An import of it would load Web Crypto too, which takes longer than all else of this file.
  const { createHash } = process.getBuiltinModule("node:crypto");
  return pulumi
    .all([serverFingerprint, tokenFingerprint])
    .apply(([server, token]) =>
      createHash("sha256").update(`${server}${token}`).digest("hex").slice(0, 16),
    );
}
