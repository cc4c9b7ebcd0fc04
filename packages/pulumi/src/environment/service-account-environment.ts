import { isOnePasswordId } from "@opconnect/core/op-id";
import { type AccountPlan, operatorReads } from "@opconnect/core/rate-limits";
import * as pulumi from "@pulumi/pulumi";
import * as z from "zod/mini";
import { checkChart, requireServiceAccounts } from "../components/check-chart.ts";
import { childOptions } from "../components/child-options.ts";
import { clusterArgsSchema, guardCluster } from "../components/cluster-guard.ts";
import {
  ConnectDeployment,
  deploymentPlace,
  deploymentType,
  type InstallationArgs,
  installationFields,
  type OperatorAccount,
} from "../components/connect-deployment.ts";
import { namesOf } from "../components/convention-args.ts";
import { OnePasswordItem } from "../components/onepassword-item.ts";
import { checkArgs } from "../input/check-args.ts";
import type { Plain } from "../input/deferred.ts";
import { entriesOf, type Keyed, keyed } from "../input/keyed.ts";
import { objectName, storedSecret, vaultId } from "../input/names.ts";
import { reportAgainst } from "../input/report-against.ts";
import { byName, fields, input, oneOf } from "../input/schema.ts";
import type { ClusterArgs, ClusterTarget } from "../resources/cluster-target.ts";
import { ServiceAccountToken } from "../resources/service-account-token.ts";
import { refuseMisplaced } from "./args.ts";
import { guardItems } from "./guard-items.ts";
import { type EnvironmentItem, itemSchema } from "./item.ts";
import { type EnvironmentItemAccess, itemAccessSchema } from "./item-access.ts";
import { watching } from "./plan.ts";
import { checkVaultKeys } from "./vault-keys.ts";

/** A vault that the service account can read. */
export interface ServiceAccountVault {
  /**
   * Id of the vault.
   * @default - the vault with the convention's title, e.g. `acme-prod-app`
   */
  readonly id?: pulumi.Input<string> | undefined;
}

/** Arguments of {@link ServiceAccountEnvironment}. */
export interface ServiceAccountEnvironmentArgs
  extends Omit<InstallationArgs, "connect" | "consumerPods" | "tls"> {
  /**
   * Keys of the vaults that the service account can read, e.g. `["app"]`, or ids by key,
   * `{ app: { id: "…" } }`. They exist already: what a service account may read is fixed when it is
   * made. The keys are plain.
   */
  readonly vaults: Keyed<Plain<ServiceAccountVault>>;
  /**
   * The secret of the store that an admin has put the token into: its name, or its id.
   * @default - `opconnect/<client>/<environment>/account-token`, by the convention
   */
  readonly tokenSecret?: pulumi.Input<string> | undefined;
  /**
   * The plan of the 1Password account, by whose rate limits a preview warns.
   * @default "business"
   */
  readonly plan?: AccountPlan | undefined;
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
}

/**
 * One client environment without Connect: the operator asks 1Password itself, with a service account
 * whose token an admin has put into the credential store, and items become Secrets. Nothing is minted.
 * For few items: a service account may read so often only, see `operatorReads` of `@opconnect/core`,
 * and a preview warns where the items and the interval are too much for that.
 *
 * Makes {@link ServiceAccountToken}, an {@link ItemAccessPolicy}, {@link ConnectDeployment} without
 * Connect, and one {@link OnePasswordItem} per item.
 * @throws `VAULT_KEY_DUPLICATE`, `VAULT_KEY_UNKNOWN`, `VAULT_ID_INVALID`, `ARGUMENT_INVALID`,
 * `CHART_VERSION_…` (2.0.1 is the first that knows service accounts), `ITEM_PATH_INVALID`,
 * `SHARE_LINK_INVALID`, `CONVENTION_…`; also what its parts name.
 * @example
 * new ServiceAccountEnvironment("acme-prod", {
 *   client: "acme",
 *   environment: "prod",
 *   vaults: ["app"],
 *   items: { db: { namespace: "app", vault: "app", item: "postgres" } },
 * });
 */
export class ServiceAccountEnvironment extends pulumi.ComponentResource {
  /** Namespace of the operator. */
  readonly namespace: pulumi.Output<string>;
  /** The cluster, e.g. for a {@link OnePasswordItem} beside the environment. */
  readonly cluster: ClusterTarget;
  /** The account that the operator runs as, e.g. for an {@link ItemAccessPolicy}. */
  readonly operatorAccount: OperatorAccount;
  /** Id of the secret that holds the token: in Secrets Manager its ARN. */
  readonly tokenSecretId: pulumi.Output<string>;

  constructor(
    name: string,
    given: ServiceAccountEnvironmentArgs,
    opts: pulumi.ComponentResourceOptions = {},
  ) {
    super("opconnect:index:ServiceAccountEnvironment", name, {}, opts);
    const args = checkArgs(serviceAccountEnvironmentSchema, given, this);
    const { vaults: _, plan: __, tokenSecret, items = {}, cluster = {}, ...rest } = args;
    const { itemAccess, ...installation } = rest;
    const { names, references } = reportAgainst(this, () => planServiceAccount(args));
    const operator = watching(args, names);
    warnOfRateLimits(this, args);

    const place = deploymentPlace(
      names,
      args.namespaceOwner ?? "opconnect",
      pulumi.createUrn(name, deploymentType, this),
    );
    const waiting = childOptions(this, opts);
    const guard = guardCluster(this, names.resource("cluster"), cluster, waiting, place);
    const token = new ServiceAccountToken(
      names.resource("account"),
      { store: args.store, secret: tokenSecret ?? names.tokenSecret("account") },
      { parent: this, dependsOn: guard.checks },
    );
    const inCluster = { ...guard.options, parent: this };
    const reference = (key: string) => references.get(key) ?? names.vault(key);
    const access = guardItems(
      {
        ...{ names, items, itemAccess, operator, cluster: guard.target },
        vault: reference,
        vaultNames: (key) => [reference(key)],
      },
      { ...inCluster, dependsOn: guard.checks },
    );
    const deployment = new ConnectDeployment(
      name,
      { ...installation, serviceAccountToken: token, operator, cluster: guard.target },
      { ...inCluster, dependsOn: [token, ...access] },
    );
    for (const [key, { vault, ...item }] of Object.entries(items)) {
      new OnePasswordItem(
        `${names.resource("item")}-${key}`,
        {
          ...item,
          name: key,
          vault: vault === undefined ? undefined : reference(vault),
          cluster: guard.target,
        },
        { parent: this, dependsOn: deployment },
      );
    }
    this.namespace = deployment.namespace;
    this.cluster = guard.target;
    this.operatorAccount = deployment.operatorAccount;
    this.tokenSecretId = token.secretId;
    const { namespace, tokenSecretId } = this;
    this.registerOutputs({ namespace, tokenSecretId });
  }
}

/**
 * What is known before a resource is made: the names, and by which id or title each vault is found.
 * @throws the codes that {@link ServiceAccountEnvironment} names.
 */
export function planServiceAccount(args: ServiceAccountEnvironmentArgs) {
  requireServiceAccounts(checkChart(args.chart));
  const names = namesOf(args);
  const found = entriesOf<Plain<ServiceAccountVault>>(args.vaults, () => ({}));
  const references = new Map(found.map(([key, { id }]) => [key, id ?? names.vault(key)]));
  const keys = [...references.keys()];
  names.assertDistinct("vault", keys);
  checkVaultKeys(args, keys, keys);
  return { names, references };
}

/** Counts what is known of the items; what is not named by an id for sure counts as a title. */
function warnOfRateLimits(
  component: pulumi.Resource,
  { items = {}, operator = {}, plan = "business" }: ServiceAccountEnvironmentArgs,
): void {
  const { pollingInterval = 600, replicas = 1 } = operator;
  const all = Object.values(items);
  const itemsById = all.filter(
    ({ item, link }) => link !== undefined || (typeof item === "string" && isOnePasswordId(item)),
  ).length;
  const load = { itemsById, itemsByTitle: all.length - itemsById, pollingInterval, replicas };
  const { perHour, perDay, exceeded, leastPollingInterval } = operatorReads(load, plan);
  if (exceeded.length === 0) return;
  const byTitle =
    load.itemsByTitle === 0 ? "" : ", or name items by their ids, which takes a third less";
  pulumi.log.warn(
    `${all.length} items every ${pollingInterval} seconds are about ${perHour} reads in an hour and ${perDay} in a day, more than service accounts may on the plan ${plan}: the operator would stop for a while again and again, and with it whatever else reads with a service account of the 1Password account. Set \`operator.pollingInterval\` to ${leastPollingInterval} or more${byTitle}; or use a ConnectEnvironment, which has no limit.`,
    component,
  );
}

const vaultSchema = fields<ServiceAccountVault>(() => ({ id: z.optional(input(vaultId)) }));

/** Checks all arguments of an environment without Connect. */
export const serviceAccountEnvironmentSchema = fields<ServiceAccountEnvironmentArgs>(() => {
  const { connect: _, consumerPods: __, tls: ___, ...ofOperator } = installationFields();
  return {
    ...ofOperator,
    vaults: keyed(vaultSchema, "keys of vaults"),
    tokenSecret: z.optional(input(storedSecret)),
    plan: z.optional(oneOf("business", "teams", "families")),
    items: z.optional(byName(objectName, itemSchema, "items by the names of their Secrets")),
    itemAccess: z.optional(itemAccessSchema),
    cluster: z.optional(clusterArgsSchema),
  };
}).check(z.superRefine(refuseMisplaced));
