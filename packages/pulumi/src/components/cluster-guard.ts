import { ConnectError } from "@opconnect/core/connect-error";
import { defined } from "@opconnect/core/defined";
import { Provider } from "@pulumi/kubernetes/provider.js";
import { getVersion } from "@pulumi/kubernetes/utilities.js";
import * as pulumi from "@pulumi/pulumi";
import { unknown } from "@pulumi/pulumi/output.js";
import * as z from "zod/mini";
import { reportAgainst } from "../input/report-against.ts";
import { chosen, fields } from "../input/schema.ts";
import type { NamespaceOwner } from "../provider/cluster/check-namespace.ts";
import {
  type ClusterArgs,
  ClusterTarget,
  clusterFields,
  clusterInputs,
  sightOfCluster,
  type TargetPlace,
} from "../resources/cluster-target.ts";

/** Where in the cluster something is installed. */
export interface InstallationPlace {
  /**
   * Who makes and deletes the namespace of Connect and the operator, which `convention.namespace`
   * names. That of `"platform"` is used as it is, and kept.
   * @default "opconnect"
   */
  readonly namespaceOwner?: NamespaceOwner | undefined;
}

/** Checks which cluster is meant, where none was made a target before. */
export const clusterArgsSchema = fields<ClusterArgs>(clusterFields);

/** Checks which cluster is meant. A target was checked when it was made. */
export const clusterSchema = chosen<ClusterArgs | ClusterTarget>((cluster) =>
  cluster instanceof ClusterTarget ? z.custom() : clusterArgsSchema,
);

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
  /** The same for what is not even previewed before: it fails in words that say less. */
  readonly verified: pulumi.Output<pulumi.Resource>;
}

/**
 * Makes sure that the Kubernetes provider and our own writes reach the same cluster, by the uid of
 * `kube-system` as each of them sees it, and that the provider applies on the server's side. Makes a
 * {@link ClusterTarget}, and a provider where `cluster` says which and `parent` was given none. A
 * target that was made before is taken as it is.
 * @param place What the target looks at before anything is made.
 */
export function guardCluster(
  parent: pulumi.ComponentResource,
  resourceName: string,
  cluster: ClusterArgs | ClusterTarget,
  opts: pulumi.CustomResourceOptions,
  place?: TargetPlace,
): GuardedCluster {
  if (cluster instanceof ClusterTarget) {
    const verified = verifiedTargets.get(cluster) ?? pulumi.output(cluster);
    return { target: cluster, options: {}, checks: [], verified };
  }
  const named = isNamed(cluster);
  const given = givenProvider(parent);
  const options = providerOptions(parent, resourceName, cluster);
  const target = new ClusterTarget(resourceName, { ...cluster, ...place }, opts);
  const system = new SystemNamespace(resourceName, target, options.provider ?? given);
  const seen = pulumi.all([target.clusterUid, system.metadata, system.__fieldManager]);
  const checked = seen.apply(([ours, { uid: theirs }, fieldManager]) =>
    reportAgainst(parent, () => {
      if (fieldManager === clientSideManager) throw appliesOnClient();
      if (ours === theirs) return target;
      throw new ConnectError(
        "CLUSTER_MISMATCH",
        `The Kubernetes provider reaches the cluster ${theirs}, \`cluster\` the cluster ${ours}.`,
        "Pass `cluster: { kubeconfig, context }` and no provider: one is made of it. Otherwise let both name the same kubeconfig and context.",
      );
    }),
  );
  if (given !== undefined && !named) void warnOfUnknown(parent, target, system.metadata);
  // A preview changes nothing: there the checks are made beside all else, and keep nothing from
  // being shown. What depends on them has the same dependencies, or no update plan would hold.
  const checks = [pulumi.runtime.isDryRun() ? seen.apply(() => target) : checked];
  verifiedTargets.set(target, checked);
  return { target, options, checks, verified: checked };
}

/**
 * Options of objects of the Kubernetes provider beside what was guarded. Without them those of a
 * target that somebody else made would go to the ambient cluster, whichever the target is.
 */
export function objectOptions(
  parent: pulumi.ComponentResource,
  resourceName: string,
  { target, options }: GuardedCluster,
): GuardedCluster["options"] {
  return options.provider ? options : providerOptions(parent, resourceName, target.access);
}

/** A provider of the cluster that arguments name, where the component is given none. */
function providerOptions(
  parent: pulumi.ComponentResource,
  resourceName: string,
  cluster: ClusterArgs,
): GuardedCluster["options"] {
  if (!isNamed(cluster) || givenProvider(parent) !== undefined) return {};
  return { provider: new Provider(resourceName, clusterInputs(cluster), { parent }) };
}

function isNamed({ kubeconfig, context }: ClusterArgs): boolean {
  return kubeconfig !== undefined || context !== undefined;
}

function givenProvider(parent: pulumi.Resource): pulumi.ProviderResource | undefined {
  return parent.getProvider("kubernetes:core/v1:Namespace");
}

/**
 * A provider of a cluster that the same program is yet to make sees nothing at preview, so that it
 * cannot be held against the ambient cluster before that one is there.
 */
async function warnOfUnknown(
  parent: pulumi.Resource,
  target: ClusterTarget,
  seen: pulumi.Output<unknown>,
): Promise<void> {
  if ((await sightOfCluster(target)).hidden !== undefined) return;
  // Not among the types of an Output, and the only way to ask.
  const { isKnown }: { readonly isKnown?: Promise<boolean> } = Object(seen);
  if ((await isKnown) !== false) return;
  await pulumi.log.warn(
    "The Kubernetes provider that is passed is not known yet, and opconnect's own writes go to the ambient cluster. If this program makes the cluster, pass `cluster: { kubeconfig }` instead.",
    parent,
  );
}

/** A target that a part is given was verified by the component that made it. */
const verifiedTargets = new WeakMap<ClusterTarget, pulumi.Output<pulumi.Resource>>();

/**
 * The namespace `kube-system`, read. Its state says all that the Kubernetes provider would otherwise
 * make up: the field manager, by another random name at every run, and the inputs, differently in an
 * update and in a refresh. Each would count as a change.
 * @see https://github.com/pulumi/pulumi-kubernetes/blob/v4.34.0/provider/pkg/provider/provider.go
 */
class SystemNamespace extends pulumi.CustomResource {
  declare readonly metadata: pulumi.Output<{ readonly uid: string }>;
  /** Under which name the provider applies. */
  declare readonly __fieldManager: pulumi.Output<string>;

  /**
   * An engine that is told targets reads all the same, and a state in which that names something
   * left out cannot be read any more: so it has no parent, and no `dependsOn`.
   * @param resourceName What the one who asks is called; others at the root may be called the same.
   * @param target Read after it, and so after what it waits for: it says what is wrong with a
   * kubeconfig, or a cluster, that is of no use. Of a cluster that a preview cannot ask, it reads
   * nothing: the engine does not read what has no known id, and the Kubernetes provider would fail.
   */
  constructor(
    resourceName: string,
    target: ClusterTarget,
    provider: pulumi.ProviderResource | undefined,
  ) {
    const object = { apiVersion: "v1", kind: "Namespace", metadata: { name: "kube-system" } };
    const state = { ...object, __fieldManager: "opconnect" };
    const id = target.urn
      .apply(() => sightOfCluster(target))
      .apply(({ hidden }) =>
        hidden === undefined ? pulumi.output("kube-system") : pulumi.output(unknown).apply(String),
      );
    const read = defined({ version: getVersion(), provider, id });
    super("kubernetes:core/v1:Namespace", `${resourceName}-kube-system`, state, read);
  }
}

/**
 * The one name under which a provider without server-side apply writes, whatever the state says.
 * @see https://github.com/pulumi/pulumi-kubernetes/blob/v4.34.0/provider/pkg/provider/provider.go
 * `fieldManagerName`
 */
const clientSideManager = "pulumi-kubernetes";

function appliesOnClient(): ConnectError {
  return new ConnectError(
    "ARGUMENT_INVALID",
    "The Kubernetes provider has server-side apply turned off, which objects that others change too, the shared CustomResourceDefinition among them, cannot do without.",
    "Take `enableServerSideApply: false` off the provider, `kubernetes:enableServerSideApply` out of the stack's configuration, or PULUMI_K8S_ENABLE_SERVER_SIDE_APPLY out of the environment.",
  );
}
