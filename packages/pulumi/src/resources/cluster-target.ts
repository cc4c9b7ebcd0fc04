import { blindPreview } from "@opconnect/core/blind-preview";
import { defined } from "@opconnect/core/defined";
import { kubeconfigContent } from "@opconnect/core/kubeconfig";
import * as pulumi from "@pulumi/pulumi";
import * as z from "zod/mini";
import { checkArgs } from "../input/check-args.ts";
import type { Plain } from "../input/deferred.ts";
import { namespace } from "../input/names.ts";
import { fields, input, oneOf, text } from "../input/schema.ts";
import type { NamespaceOwner } from "../provider/cluster/check-namespace.ts";
import { type ClusterSight, newSightNote, takeSight } from "../provider/sight.ts";
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
 * asked for at preview already, so that a kubeconfig that cannot be used, or points to another cluster
 * than the one deployed to, stops everything before anything has changed. A cluster that cannot be
 * asked stops an update there; a preview goes without it, and says so in one warning.
 *
 * Errors at preview: `CLUSTER_CONFIG_INVALID`, `CLUSTER_MISMATCH`, and of an environment
 * `CLUSTER_OBJECT_FOREIGN` and `CLUSTER_STATE_LOST`; of an update besides `CLUSTER_UNREACHABLE`,
 * `CLUSTER_ACCESS_DENIED`.
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
    const sightNote = pulumi.runtime.isDryRun() ? newSightNote() : undefined;
    super(
      "clusterTarget",
      name,
      sightNote === undefined ? inputs : { ...inputs, sightNote },
      withSecretKubeconfig(opts),
    );
    this.access = args;
    if (sightNote !== undefined) sights.set(this, sightOf(this, sightNote));
  }
}

/** How much of its cluster a preview can see; nothing hides it from an update, which stops instead. */
export async function sightOfCluster(target: ClusterTarget): Promise<ClusterSight> {
  return sights.get(target) ?? {};
}

const sights = new WeakMap<ClusterTarget, Promise<ClusterSight>>();

/** Takes what was noted as soon as the target is there, and says it where that is not all. */
function sightOf(target: ClusterTarget, note: string): Promise<ClusterSight> {
  return new Promise((resolve) => {
    target.urn.apply(() => {
      const sight = takeSight(note);
      resolve(sight);
      const { hidden, isToBeMade } = sight;
      if (hidden !== undefined) {
        const { happened, remedy, code } = hidden;
        warnOnce(`${happened} ${goingWithout} ${remedy} [${code}]`, target);
      }
      if (isToBeMade) warnOnce(`${toBeMade} ${goingWithout}`, target);
    });
  });
}

const toBeMade = "The cluster is known only once this program has made it.";

const goingWithout = `${blindPreview}: it was not looked at whether it is the cluster that the environment lives on, whether others have its namespace, its Secrets and its items, what was changed there by hand, and what rules of item access would deny. An update looks at that first, and changes nothing before.`;

/** Several targets may be of one cluster; a process may run one program after another. */
function warnOnce(text: string, target: ClusterTarget): void {
  const run = pulumi.runtime.getMonitor() ?? warned;
  const said = warned.get(run) ?? new Set();
  if (!said.has(text)) void pulumi.log.warn(text, target);
  warned.set(run, said.add(text));
}

const warned = new WeakMap<object, Set<string>>();

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
