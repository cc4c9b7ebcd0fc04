import type * as pulumi from "@pulumi/pulumi";
import * as z from "zod/mini";
import { clusterArgsSchema } from "../components/cluster-guard.ts";
import { type InstallationArgs, installationFields } from "../components/connect-deployment.ts";
import { type ConventionArgs, namesOf } from "../components/convention-args.ts";
import { refuseUnwatchedRestarts } from "../components/operator/namespace-restarts.ts";
import { type VaultOptions, vaultsSchema } from "../components/vaults.ts";
import { type GitOpsArgs, gitOpsSchema } from "../gitops/args.ts";
import { refuseClusterWork } from "../gitops/refusals.ts";
import { isDeferred, type Plain } from "../input/deferred.ts";
import { isList, type Keyed } from "../input/keyed.ts";
import { objectName, purpose, serverId } from "../input/names.ts";
import { byName, fields, input, refuse, wholeNumber } from "../input/schema.ts";
import type { ClusterArgs } from "../resources/cluster-target.ts";
import { type EnvironmentItem, itemSchema } from "./item.ts";
import {
  type EnvironmentItemAccess,
  itemAccessSchema,
  refuseStarredTitles,
  refuseUnwatchedRules,
} from "./item-access.ts";
import { type EnvironmentToken, tokenSchema } from "./token.ts";

/** Arguments of {@link ConnectEnvironment}. */
export interface ConnectEnvironmentArgs extends InstallationArgs {
  /** Keys of the vaults, e.g. `["app", "data"]`, or options by key. The keys are plain. */
  readonly vaults: Keyed<Plain<VaultOptions>>;
  /**
   * Items that become Secrets, by the name of the Secret: lower-case letters, digits, hyphens and
   * dots.
   * @default - none
   */
  readonly items?: Readonly<Record<string, Plain<EnvironmentItem>>> | undefined;
  /**
   * Which items the namespaces that the operator watches may have, besides those of `items`: the API
   * server denies all others, by an {@link ItemAccessPolicy}. `false` makes none: whoever may make an
   * item, or a Deployment, there gets all that the operator's token reads. Needs Kubernetes 1.30.
   * @default - no others
   */
  readonly itemAccess?: EnvironmentItemAccess | false | undefined;
  /**
   * The cluster. The Kubernetes provider and our own writes both follow it; a provider passed to
   * the component that reaches another cluster is refused.
   * @default - the ambient one
   */
  readonly cluster?: Plain<ClusterArgs> | undefined;
  /**
   * Connect tokens by consumer, e.g. `{ ci: { vaults: ["app"], expiresIn: "90d" } }`, each with a
   * secret of its own in the store. `operator` says more about the operator's, which there is always.
   * @default - the operator's only
   */
  readonly tokens?: Readonly<Record<string, Plain<EnvironmentToken>>> | undefined;
  /**
   * Raise it to have the Connect server and all tokens minted anew, the old ones deleted last. A
   * whole number from 1 on.
   * @default 1
   */
  readonly revision?: pulumi.Input<number> | undefined;
  /**
   * Id of a Connect server made by hand, whose credentials file lies in the store already: it is
   * taken over instead of creating one. `opconnect adopt` finds it, and prints the program.
   * @default - what opconnect did not store is refused
   */
  readonly adopts?: pulumi.Input<string> | undefined;
  /**
   * Writes all that would be in the cluster as manifests for Flux or Argo CD, instead of deploying
   * it: into a folder that goes into Git. No cluster is asked for anything, and the two credentials
   * get there by External Secrets Operator.
   * @default - Pulumi deploys it
   */
  readonly gitOps?: Plain<GitOpsArgs> | undefined;
}

/** Checks all arguments of an environment, each by itself and with those it depends on. */
export const environmentSchema = fields<ConnectEnvironmentArgs>(() => ({
  ...installationFields(),
  vaults: vaultsSchema,
  items: z.optional(byName(objectName, itemSchema, "items by the names of their Secrets")),
  itemAccess: z.optional(itemAccessSchema),
  cluster: z.optional(clusterArgsSchema),
  tokens: z.optional(byName(purpose, tokenSchema, "tokens by consumer")),
  revision: z.optional(input(wholeNumber(1, 1_000_000))),
  adopts: z.optional(input(serverId)),
  gitOps: z.optional(gitOpsSchema),
}))
  .check(z.superRefine(refuseClusterWork))
  .check(z.superRefine(refuseMisplaced));

/** Refuses items, and what is said of namespaces, where the operator does not watch or would harm itself. */
export function refuseMisplaced(
  args: Pick<ConnectEnvironmentArgs, "items" | "operator" | "itemAccess"> & ConventionArgs,
  context: z.core.$RefinementCtx,
): void {
  const { items = {}, operator = {}, itemAccess } = args;
  const places = Object.entries(items).flatMap(([key, { namespace }]) =>
    typeof namespace === "string" ? [{ key, namespace }] : [],
  );
  refuseUnwatched(args, places, context);
  const ofItems = Object.values(items).map(({ namespace }) => namespace);
  const watchedOtherwise = () => [namesOf(args).namespace, ...ofItems];
  refuseUnwatchedRestarts(operator, watchedOtherwise, context);
  refuseStarredTitles(itemAccess, items, context);
  refuseUnwatchedRules(itemAccess, operator.watchNamespaces, watchedOtherwise, context);
  refuseOwnSecrets(args, places, context);
}

/** Items whose namespaces are known by now. */
type Places = readonly { readonly key: string; readonly namespace: string }[];

/** Items outside of what the operator watches. */
function refuseUnwatched(
  { operator = {} }: Pick<InstallationArgs, "operator">,
  places: Places,
  context: z.core.$RefinementCtx,
): void {
  const { watchNamespaces: watched } = operator;
  if (!isList(watched) || watched.some(isDeferred)) return;
  const left = places.find(({ namespace }) => !watched.includes(namespace));
  if (left === undefined) return;
  refuse(
    context,
    {
      says: ` leaves out "${left.namespace}", where \`items.${left.key}\` is`,
      remedy: "Add that namespace, or leave the field out: then those of all items are watched.",
      also: ["items", left.key, "namespace"],
    },
    ["operator", "watchNamespaces"],
  );
}

/** The operator would overwrite its own token. */
function refuseOwnSecrets(
  args: ConventionArgs,
  places: Places,
  context: z.core.$RefinementCtx,
): void {
  if (places.length === 0) return;
  const names = namesOf(args);
  const own = [
    ...[names.clusterCredentialsSecret, names.clusterTokenSecret],
    ...[names.clusterCertificate, names.clusterTrust],
  ];
  for (const { key, namespace } of places) {
    if (namespace !== names.namespace || !own.includes(key)) continue;
    refuse(
      context,
      {
        code: "CONVENTION_COLLISION",
        says: ` would overwrite the Secret ${key} in the namespace ${namespace}, which holds credentials of the environment`,
        remedy: "Give the item another key, or put it into another namespace.",
      },
      ["items", key],
    );
  }
}
