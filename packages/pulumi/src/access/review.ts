import * as pulumi from "@pulumi/pulumi";
import {
  type ClusterTarget,
  targetInputs,
  withSecretKubeconfig,
} from "../resources/cluster-target.ts";
import { ProvidedResource } from "../resources/provided-resource.ts";

/** Arguments of {@link ItemAccessReview}. */
export interface ItemAccessReviewArgs {
  /** The cluster that is looked at. */
  readonly cluster: ClusterTarget;
  /** Namespaces that are looked at, or `"all"`. */
  readonly namespaces: pulumi.Input<readonly pulumi.Input<string>[] | "all">;
  /** What is allowed there. */
  readonly rules: readonly ReviewedRule[];
}

/** A rule that leaves nothing out. A vault, or a part of the rest, that is not known yet fits anything. */
export type ReviewedRule = Readonly<
  Record<
    "namespaces" | "vaults" | "items" | "secretNames" | "secretTypes",
    pulumi.Input<readonly pulumi.Input<string>[]>
  >
>;

/**
 * A dry run of rules: at each preview it lists what there is already that they would deny, as far as
 * the cluster can be asked. It owns nothing.
 *
 * Errors at preview: `CLUSTER_POLICY_UNSUPPORTED`.
 */
export class ItemAccessReview extends ProvidedResource {
  constructor(name: string, args: ItemAccessReviewArgs, opts?: pulumi.CustomResourceOptions) {
    const { cluster, ...rest } = args;
    const stack = `${pulumi.getProject()}/${pulumi.getStack()}`;
    const inputs = { ...targetInputs(cluster), ...rest, stack };
    super("itemAccessReview", name, inputs, withSecretKubeconfig(opts));
  }
}
