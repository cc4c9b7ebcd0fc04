import { defined } from "@opconnect/core/defined";
import { kubeconfigContent } from "@opconnect/core/kubeconfig";
import * as pulumi from "@pulumi/pulumi";
import * as z from "zod/mini";
import { checkArgs } from "../input/check-args.ts";
import type { Plain } from "../input/deferred.ts";
import { namespace } from "../input/names.ts";
import { fields, input, oneOf, text } from "../input/schema.ts";
import type { NamespaceOwner } from "../provider/cluster/check-namespace.ts";
import { ProvidedResource } from "./provided-resource.ts";

/** Which cluster an environment lives on. */
export interface ClusterArgs {
  /**
   * Path of a kubeconfig file, or its content, also in base64. Content is always secret.
   * @default - the ambient one: `KUBECONFIG`, `~/.kube/config`, or the pod's own service account
   */
  readonly kubeconfig?: pulumi.Input<string> | undefined;
  /**
   * Context of the kubeconfig.
   * @default - its current context
   */
  readonly context?: pulumi.Input<string> | undefined;
}

/** How it is checked which cluster is meant. */
export const clusterFields = () => ({
  kubeconfig: z.optional(input(text("the path of a kubeconfig file, or its content"))),
  context: z.optional(input(text())),
});

/** What an environment or a deployment tells its target. */
export interface TargetPlace {
  /** Namespace that is looked at before anything is made. */
  readonly namespace: string;
  readonly namespaceOwner: NamespaceOwner;
  /** The Secrets there, each with the URN of the {@link ClusterSecret} that is to have it. */
  readonly secrets: readonly { readonly name: string; readonly holder: Promise<string> }[];
}

/**
 * The cluster that our own writes go to, pinned by the uid of its `kube-system` namespace. It is
 * asked for at preview already, so that a kubeconfig that points nowhere, or to another cluster
 * than the one deployed to, stops everything before anything has changed.
 *
 * Errors at preview: `CLUSTER_CONFIG_INVALID`, `CLUSTER_UNREACHABLE`, `CLUSTER_ACCESS_DENIED`, and of
 * an environment `CLUSTER_OBJECT_FOREIGN` and `CLUSTER_STATE_LOST`.
 */
export class ClusterTarget extends ProvidedResource {
  /** Uid of the namespace `kube-system`: known at preview when the kubeconfig is. */
  declare readonly clusterUid: pulumi.Output<string>;

  /** How it is reached. */
  readonly access: ClusterArgs;

  constructor(name: string, given: Plain<ClusterArgs> = {}, opts?: pulumi.CustomResourceOptions) {
    const args = checkArgs(targetSchema, given);
    const { kubeconfig: _, context: __, ...environment } = args;
    const inputs = { ...clusterInputs(args), ...environment, clusterUid: undefined };
    super("clusterTarget", name, inputs, withSecretKubeconfig(opts));
    this.access = args;
  }
}

/** How it is checked who owns a namespace. */
export const namespaceOwner = oneOf<NamespaceOwner>("opconnect", "platform");

export const targetSchema = fields<ClusterArgs & Partial<TargetPlace>>(() => ({
  ...clusterFields(),
  namespace: z.optional(namespace),
  namespaceOwner: z.optional(namespaceOwner),
  secrets: z.optional(z.custom<TargetPlace["secrets"]>()),
}));

/** The inputs by which a resource reaches this cluster and no other. */
export function targetInputs({ access, clusterUid }: ClusterTarget) {
  return { ...clusterInputs(access), clusterUid };
}

/** Options of a resource that reaches a cluster. */
export function withSecretKubeconfig(opts: pulumi.CustomResourceOptions | undefined) {
  const secrets = ["kubeconfig"] satisfies readonly (keyof ClusterArgs)[];
  return pulumi.mergeOptions({ additionalSecretOutputs: secrets }, opts);
}

/** The inputs by which a resource reaches the cluster. What may be content is made secret: it holds keys. */
export function clusterInputs({ kubeconfig, context }: ClusterArgs) {
  const isPath = typeof kubeconfig === "string" && kubeconfigContent(kubeconfig) === undefined;
  if (kubeconfig === undefined || isPath) return defined({ kubeconfig, context });
  const text = pulumi.output(kubeconfig).apply((known) => kubeconfigContent(known) ?? known);
  return defined({ kubeconfig: pulumi.secret(text), context });
}
