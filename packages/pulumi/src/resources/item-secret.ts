import type * as pulumi from "@pulumi/pulumi";
import { type ClusterTarget, targetInputs, withSecretKubeconfig } from "./cluster-target.ts";
import { ProvidedResource } from "./provided-resource.ts";

/** Arguments of {@link ItemSecret}. */
export interface ItemSecretArgs {
  /** The cluster that the operator runs on. */
  readonly cluster: ClusterTarget;
  readonly namespace: pulumi.Input<string>;
  /** Name of the item and its Secret. */
  readonly name: pulumi.Input<string>;
  /** Path of the item: `vaults/<vault>/items/<item>`. */
  readonly itemPath: pulumi.Input<string>;
  /** Type of the Secret. */
  readonly type: pulumi.Input<string>;
  /** Keys that the Secret has to have. */
  readonly needs: pulumi.Input<readonly pulumi.Input<string>[]>;
}

/**
 * A proof that the operator has written the Secret of an item, with the keys that somebody needs: an
 * update waits for it. It owns nothing; what uses the Secret depends on it.
 *
 * Errors of an update: `CLUSTER_ITEM_NOT_READY` with what the operator says; `CLUSTER_MISMATCH`,
 * `CLUSTER_UNREACHABLE`, `CLUSTER_ACCESS_DENIED`.
 */
export class ItemSecret extends ProvidedResource {
  /** The keys that it had when an update last waited. */
  declare readonly keys: pulumi.Output<readonly string[]>;
  /** Version of the item that it was made of then. */
  declare readonly version: pulumi.Output<string>;

  constructor(name: string, args: ItemSecretArgs, opts?: pulumi.CustomResourceOptions) {
    const { cluster, ...rest } = args;
    const outputs = { keys: undefined, version: undefined, source: undefined };
    const inputs = { ...targetInputs(cluster), ...rest, ...outputs };
    super("itemSecret", name, inputs, withSecretKubeconfig(opts));
  }
}
