import type * as pulumi from "@pulumi/pulumi";
import { type ClusterTarget, targetInputs, withSecretKubeconfig } from "../cluster-target.ts";
import { HoldingResource } from "../provided-resource.ts";

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
  /** Name of its Role in each namespace that it watches. */
  readonly role: string;
  /** Name of its RoleBinding there. */
  readonly roleBinding: string;
  /** What it watches, in order; none for all namespaces. */
  readonly namespaces: pulumi.Input<readonly string[]>;
}

/**
 * The namespaces that the operator watches, kept in a ConfigMap. A change replaces the resource:
 * from `create` on the operator watches what was and, as far as it may already, what will be. It
 * watches all of that with the {@link OperatorWatch} that follows, once it has its rights; and with
 * the `delete` of that one, which comes after all that depends on it is gone, only what is wanted. So
 * it can still release the items that the same update drops. What several resources want is watched
 * together.
 *
 * What has to be done in these namespaces comes after it. Those that are being deleted come free
 * before anything else: the items in them are let go of.
 *
 * Errors: `CLUSTER_OBJECT_FOREIGN` at preview if a ConfigMap of this name is there that is not ours,
 * `CLUSTER_NAMESPACE_MISSING` of an update, `CLUSTER_MISMATCH`, `CLUSTER_UNREACHABLE`,
 * `CLUSTER_ACCESS_DENIED`.
 */
export class OperatorScope extends HoldingResource {
  /** Namespaces that are being deleted, or gone while they are watched: no update gets past them. */
  declare readonly unavailable: pulumi.Output<readonly string[] | undefined>;
  /**
   * The operator's Deployment, Roles and RoleBindings, see {@link remadeKey}, and how many times each
   * of them was found gone, so that it has to be made anew.
   */
  declare readonly remade: pulumi.Output<Readonly<Record<string, number>> | undefined>;
  /** Another one with each claim. */
  declare readonly generation: pulumi.Output<string>;
  /** Its URN, by which the claim is told from others. */
  declare readonly holder: pulumi.Output<string>;
  /** The arguments, for the {@link OperatorWatch} that follows. */
  readonly claimed: OperatorScopeArgs;

  constructor(name: string, args: OperatorScopeArgs, opts?: pulumi.CustomResourceOptions) {
    const { cluster, ...rest } = args;
    const outputs = { generation: undefined, unavailable: undefined, remade: undefined };
    const inputs = { ...targetInputs(cluster), ...rest, ...outputs };
    super("operatorScope", name, inputs, withSecretKubeconfig(opts));
    this.claimed = args;
  }
}
