import type * as pulumi from "@pulumi/pulumi";
import { type ClusterTarget, targetInputs, withSecretKubeconfig } from "./cluster-target.ts";
import { HoldingResource } from "./provided-resource.ts";

/** Arguments of {@link OperatorScope}. */
export interface OperatorScopeArgs {
  /** The cluster that the operator runs on. */
  readonly cluster: ClusterTarget;
  /** Namespace of the operator. */
  readonly namespace: string;
  /** Name of the ConfigMap that its Deployment reads. */
  readonly name: string;
  /** Name of its Deployment. */
  readonly deployment: string;
  /** What it watches, in order; none for all namespaces. */
  readonly namespaces: readonly string[];
}

/**
 * The namespaces that the operator watches, kept in a ConfigMap. A change replaces the resource:
 * from `create` on the operator watches what was and what will be, and with `delete`, which comes
 * after all that depends on the resource is gone, only what is wanted. So it can still release the
 * items that the same update drops. What several resources want is watched together.
 *
 * Errors: `CLUSTER_OBJECT_FOREIGN` at preview if a ConfigMap of this name is there that is not ours,
 * `CLUSTER_MISMATCH`, `CLUSTER_UNREACHABLE`, `CLUSTER_ACCESS_DENIED`.
 */
export class OperatorScope extends HoldingResource {
  constructor(name: string, args: OperatorScopeArgs, opts?: pulumi.CustomResourceOptions) {
    const { cluster, ...rest } = args;
    const inputs = { ...targetInputs(cluster), ...rest, generation: undefined };
    super("operatorScope", name, inputs, withSecretKubeconfig(opts));
  }
}
