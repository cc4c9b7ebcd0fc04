import * as pulumi from "@pulumi/pulumi";
import { type ClusterTarget, targetInputs, withSecretKubeconfig } from "./cluster-target.ts";
import { HoldingResource } from "./provided-resource.ts";

/** Arguments of {@link OnePasswordItemObject}. */
export interface OnePasswordItemObjectArgs {
  /** The cluster to write to; writes go nowhere else. */
  readonly cluster: ClusterTarget;
  readonly namespace: pulumi.Input<string>;
  readonly name: pulumi.Input<string>;
  /** Path of the item: `vaults/<vault>/items/<item>`. */
  readonly itemPath: pulumi.Input<string>;
  /** Type of the Secret. */
  readonly type: pulumi.Input<string>;
  readonly labels: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /** Whether a Secret, or a `OnePasswordItem`, that others made is taken over. */
  readonly adopt: pulumi.Input<boolean>;
  /** Whether Deployments that use the Secret are restarted; none leaves it to them. */
  readonly autoRestart?: pulumi.Input<boolean> | undefined;
}

/**
 * A `OnePasswordItem` in the cluster. Where one goes, so does its Secret: the operator sees to that,
 * and within seconds this resource does where the operator is down, gone or no longer watching. What
 * another resource of the stack holds too stays, and so does what was taken over.
 *
 * Errors at preview: `CLUSTER_SECRET_FOREIGN`, `CLUSTER_OBJECT_FOREIGN` if a Secret or an item of the
 * name exists that is not this stack's, `ARGUMENT_INVALID`. Errors of an update: also
 * `CLUSTER_NAMESPACE_MISSING`, `CLUSTER_MISMATCH`, `CLUSTER_UNREACHABLE`, `CLUSTER_ACCESS_DENIED`.
 */
export class OnePasswordItemObject extends HoldingResource {
  constructor(name: string, args: OnePasswordItemObjectArgs, opts: pulumi.CustomResourceOptions) {
    const { cluster, ...rest } = args;
    const stack = `${pulumi.getProject()}/${pulumi.getStack()}`;
    const inputs = { ...targetInputs(cluster), ...rest, stack };
    // Earlier releases left the object to the Kubernetes provider.
    const aliases = [{ type: "kubernetes:onepassword.com/v1:OnePasswordItem" }];
    const options = withSecretKubeconfig(pulumi.mergeOptions({ aliases }, opts));
    super("onePasswordItem", name, inputs, options);
  }
}
