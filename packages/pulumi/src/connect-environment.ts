import type { ConventionTemplates, EnvironmentNames, VaultAccess } from "@opconnect/core";
import { chartFacts, latestChartVersion } from "@opconnect/core/chart-facts";
import { createConvention } from "@opconnect/core/convention";
import * as pulumi from "@pulumi/pulumi";
import {
  type ChartValues,
  type ConnectArgs,
  chartValues,
  type OperatorArgs,
} from "./chart-values.ts";
import { childOptions } from "./child-options.ts";
import { guardCluster } from "./cluster-guard.ts";
import type { ClusterArgs } from "./cluster-target.ts";
import { type ChartArgs, ConnectDeployment } from "./connect-deployment.ts";
import { ConnectServer, type VaultGrant } from "./connect-server.ts";
import { ConnectToken } from "./connect-token.ts";
import { CredentialStore, type StoreArgs } from "./credential-store.ts";
import { checkItem, type EnvironmentItem } from "./environment-item.ts";
import { OnePasswordItem } from "./onepassword-item.ts";
import { reportAgainst } from "./report-against.ts";
import { planVaults, type VaultOptions, Vaults } from "./vaults.ts";

/** One vault of an environment, and what Connect may do there. */
export interface EnvironmentVault extends VaultOptions {
  /**
   * What the Connect server and the operator may do.
   * @default "read"
   */
  readonly access?: VaultAccess;
}

/** Arguments of {@link ConnectEnvironment}. */
export interface ConnectEnvironmentArgs {
  /** Client: lower-case letters, digits and hyphens, e.g. `"acme"`. */
  readonly client: string;
  /** Environment of the client, e.g. `"prod"`. */
  readonly environment: string;
  /** Keys of the vaults, e.g. `["app", "data"]`, or options by key. */
  readonly vaults: readonly string[] | Readonly<Record<string, EnvironmentVault>>;
  /**
   * Items that become Secrets, by the name of the Secret.
   * @default - none
   */
  readonly items?: Readonly<Record<string, EnvironmentItem>>;
  /**
   * The cluster. The Kubernetes provider and our own writes both follow it; a provider passed to
   * the component that reaches another cluster is refused.
   * @default - the ambient one
   */
  readonly cluster?: ClusterArgs;
  /** The Secrets Manager secrets. */
  readonly store?: StoreArgs;
  /** Which chart is installed. */
  readonly chart?: ChartArgs;
  /** How Connect runs. */
  readonly connect?: ConnectArgs;
  /** How the operator runs. */
  readonly operator?: OperatorArgs;
  /** Values of the chart that have no typed input. */
  readonly values?: ChartValues;
  /**
   * Raise it to have the Connect server and its token minted anew, the old ones deleted last.
   * @default 1
   */
  readonly revision?: number;
  /** Templates that override the names, see `createConvention`. */
  readonly convention?: Partial<ConventionTemplates>;
}

/**
 * One client environment's own 1Password Connect: vaults, Connect server, operator token, both
 * credentials in AWS Secrets Manager, Connect and the operator in the cluster, and items that
 * become Secrets.
 *
 * Makes {@link CredentialStore}, {@link Vaults}, {@link ConnectServer}, {@link ConnectToken},
 * {@link ConnectDeployment} and one {@link OnePasswordItem} per item. Nothing changes in the cluster
 * before both credentials are minted and stored. What the component depends on is waited for before
 * anything is made.
 * @throws `VAULT_KEY_DUPLICATE`, `VAULT_KEY_UNKNOWN`, `VAULT_ID_INVALID`, `ARGUMENT_INVALID`,
 * `CHART_VERSION_…`, `ITEM_PATH_INVALID`, `SHARE_LINK_INVALID`, `CONVENTION_…`: all of them at
 * preview.
 * @example
 * new ConnectEnvironment("acme-prod", {
 *   client: "acme",
 *   environment: "prod",
 *   vaults: ["app", "data"],
 *   items: { db: { namespace: "app", vault: "app", item: "postgres" } },
 * });
 */
export class ConnectEnvironment extends pulumi.ComponentResource {
  /** Vault ids by key. */
  readonly vaultIds: Readonly<Record<string, pulumi.Output<string>>>;
  /** Id of the Connect server. */
  readonly serverId: pulumi.Output<string>;
  /** Namespace of Connect and the operator. */
  readonly namespace: pulumi.Output<string>;
  /** ARN of the secret that holds the credentials file. */
  readonly credentialsSecretArn: pulumi.Output<string>;
  /** ARN of the secret that holds the operator's Connect token. */
  readonly operatorTokenSecretArn: pulumi.Output<string>;

  constructor(
    name: string,
    args: ConnectEnvironmentArgs,
    opts: pulumi.ComponentResourceOptions = {},
  ) {
    super("opconnect:index:ConnectEnvironment", name, {}, opts);
    const { client, environment, cluster = {}, convention = {}, items = {}, revision = 1 } = args;
    const names = reportAgainst(this, () => planEnvironment(args));
    const identity = { client, environment, convention };

    const guard = guardCluster(this, names.resource("cluster"), cluster, childOptions(this, opts));
    const inCluster = {
      parent: this,
      ...(guard.provider ? { providers: [guard.provider] } : {}),
    };
    const store = new CredentialStore(
      name,
      { ...identity, ...args.store },
      { parent: this, dependsOn: [...guard.checks] },
    );
    const vaults = new Vaults(
      name,
      { ...identity, vaults: args.vaults },
      { parent: this, dependsOn: [...guard.checks, store] },
    );
    const grants: readonly VaultGrant[] = planVaults(args.vaults).map(([key, options]) => ({
      key,
      id: vaults.id(key),
      access: options.access ?? "read",
    }));
    const server = new ConnectServer(
      names.resource("server"),
      { name: names.server, vaults: grants, secretArn: store.credentialsSecretArn, revision },
      { parent: this },
    );
    const token = new ConnectToken(
      names.resource("operator"),
      {
        name: names.token("operator"),
        consumer: "operator",
        serverId: server.serverId,
        vaults: grants,
        secretArn: store.tokenSecretArn("operator"),
        revision,
      },
      { parent: this },
    );
    const deployment = new ConnectDeployment(
      name,
      {
        ...identity,
        credentials: { secretArn: store.credentialsSecretArn, fingerprint: server.fingerprint },
        operatorToken: {
          secretArn: store.tokenSecretArn("operator"),
          fingerprint: token.fingerprint,
        },
        cluster,
        clusterUid: guard.uid,
        chart: args.chart ?? {},
        connect: args.connect ?? {},
        operator: watching(args, names),
        values: args.values ?? {},
      },
      { ...inCluster, dependsOn: [server, token] },
    );
    for (const [key, { vault, ...item }] of Object.entries(items)) {
      new OnePasswordItem(
        `${name}-${key}`,
        { name: key, ...(vault === undefined ? {} : { vault: vaults.id(vault) }), ...item },
        { ...inCluster, dependsOn: [deployment] },
      );
    }

    this.vaultIds = vaults.ids;
    this.serverId = server.serverId;
    this.namespace = deployment.namespace;
    this.credentialsSecretArn = store.credentialsSecretArn;
    this.operatorTokenSecretArn = store.tokenSecretArn("operator");
    this.registerOutputs({
      vaultIds: this.vaultIds,
      serverId: this.serverId,
      namespace: this.namespace,
      credentialsSecretArn: this.credentialsSecretArn,
      operatorTokenSecretArn: this.operatorTokenSecretArn,
    });
  }
}

/** Checks everything that can be known before a resource is made. */
function planEnvironment(args: ConnectEnvironmentArgs): EnvironmentNames {
  const names = createConvention(args.convention).names(args);
  chartFacts(args.chart?.version ?? latestChartVersion);
  const keys = planVaults(args.vaults).map(([key]) => key);
  names.assertDistinct("vault", keys);
  for (const [key, item] of Object.entries(args.items ?? {})) checkItem(key, item, keys);
  chartValues({ ...args, names, operator: watching(args, names) });
  return names;
}

/** Without a word from the user, the operator watches where the environment has something. */
function watching(args: ConnectEnvironmentArgs, names: EnvironmentNames): OperatorArgs {
  const ofItems = Object.values(args.items ?? {}).map(({ namespace }) => namespace);
  const { watchNamespaces = [names.namespace, ...ofItems] } = args.operator ?? {};
  return { ...args.operator, watchNamespaces };
}
