import type * as pulumi from "@pulumi/pulumi";
import { targetInputs, withSecretKubeconfig } from "./cluster-target.ts";
import type { OnePasswordItemObjectArgs } from "./onepassword-item-object.ts";
import { ProvidedResource } from "./provided-resource.ts";

/** Arguments of {@link ItemSecret}. */
export interface ItemSecretArgs
  extends Pick<OnePasswordItemObjectArgs, "cluster" | "namespace" | "name" | "itemPath" | "type"> {
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
