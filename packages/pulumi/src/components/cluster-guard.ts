import { ConnectError } from "@opconnect/core/connect-error";
import { Namespace } from "@pulumi/kubernetes/core/v1/namespace.js";
import { Provider } from "@pulumi/kubernetes/provider.js";
import * as pulumi from "@pulumi/pulumi";
import { type ClusterArgs, ClusterTarget, clusterInputs } from "../resources/cluster-target.ts";
import { reportAgainst } from "./report-against.ts";

/** A cluster that the Kubernetes provider and our own writes both follow. */
export interface GuardedCluster {
  /** Where our own writes go. */
  readonly target: ClusterTarget;
  /** Options of what is made there: the provider that `cluster` asks for, if `parent` has none. */
  readonly options: { readonly provider?: Provider };
  /**
   * Depend on them to change nothing before both were found to be the same cluster; otherwise they
   * fail with `CLUSTER_MISMATCH`.
   */
  readonly checks: pulumi.Input<pulumi.Resource>[];
}

/**
 * Makes sure that the Kubernetes provider and our own writes reach the same cluster, by the uid of
 * `kube-system` as each of them sees it. Makes a {@link ClusterTarget}, and a provider where
 * `cluster` says which and `parent` was given none. A target that was made before is taken as it is.
 */
export function guardCluster(
  parent: pulumi.ComponentResource,
  resourceName: string,
  cluster: ClusterArgs | ClusterTarget,
  opts: pulumi.CustomResourceOptions,
): GuardedCluster {
  if (cluster instanceof ClusterTarget) return { target: cluster, options: {}, checks: [] };
  const named = cluster.kubeconfig !== undefined || cluster.context !== undefined;
  const given = parent.getProvider("kubernetes:core/v1:Namespace");
  const options =
    named && given === undefined
      ? { provider: new Provider(resourceName, clusterInputs(cluster), { parent }) }
      : {};
  const target = new ClusterTarget(resourceName, cluster, opts);
  const system = Namespace.get(
    resourceName,
    SYSTEM,
    pulumi.mergeOptions({ ...opts, ...options }, { transformations: [asKnown] }),
  );
  const checked = pulumi.all([target.clusterUid, system.metadata.uid]).apply(([ours, theirs]) =>
    reportAgainst(parent, () => {
      if (ours === theirs) return target;
      throw new ConnectError(
        "CLUSTER_MISMATCH",
        `The Kubernetes provider reaches the cluster ${theirs}, \`cluster\` the cluster ${ours}.`,
        "Let both name the same kubeconfig and context, or pass only one of them.",
      );
    }),
  );
  // A preview changes nothing: there the checks are made beside all else, and nothing waits.
  const checks = pulumi.runtime.isDryRun() ? [] : [checked];
  return { target, options, checks };
}

/**
 * Says all of a read object that the Kubernetes provider would otherwise make up: the field manager,
 * by another random name at every run, and the inputs, differently in an update and in a refresh. Each
 * would count as a change.
 * @see https://github.com/pulumi/pulumi-kubernetes/blob/v4.34.0/provider/pkg/provider/provider.go
 */
function asKnown({ opts }: pulumi.ResourceTransformationArgs): pulumi.ResourceTransformationResult {
  const metadata = { name: SYSTEM };
  const object = { apiVersion: "v1", kind: "Namespace", metadata };
  return { props: { ...object, __fieldManager: "opconnect" }, opts };
}

const SYSTEM = "kube-system";
