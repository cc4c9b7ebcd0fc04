import type { ConventionTemplates, VaultAccess } from "@opconnect/core";
import * as pulumi from "@pulumi/pulumi";
import type { ChartValues, ConnectArgs, OperatorArgs } from "../components/chart-values.ts";
import { childOptions } from "../components/child-options.ts";
import { guardCluster } from "../components/cluster-guard.ts";
import { type ChartArgs, ConnectDeployment } from "../components/connect-deployment.ts";
import { CredentialStore } from "../components/credential-store.ts";
import { OnePasswordItem } from "../components/onepassword-item.ts";
import { reportAgainst } from "../components/report-against.ts";
import { type VaultOptions, Vaults } from "../components/vaults.ts";
import type { ClusterArgs } from "../resources/cluster-target.ts";
import { ConnectServer, type VaultGrant } from "../resources/connect-server.ts";
import { ConnectToken } from "../resources/connect-token.ts";
import {
  credentialsLabel,
  credentialsLabelValue,
  OperatorSync,
} from "../resources/operator-sync.ts";
import type { StoreArgs } from "../resources/store-args.ts";
import type { EnvironmentItem } from "./environment-item.ts";
import { planEnvironment } from "./environment-plan.ts";
import {
  coveredVaults,
  type EnvironmentToken,
  type PlannedToken,
  type TokenVault,
} from "./environment-token.ts";

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
  /**
   * Where the credentials file and the tokens are kept, and how.
   * @default - AWS Secrets Manager, as the ambient AWS configuration says
   */
  readonly store?: StoreArgs;
  /**
   * Connect tokens by consumer, e.g. `{ ci: { vaults: ["app"], expiresIn: "90d" } }`, each with a
   * secret of its own in the store. `operator` says more about the operator's, which there is always.
   * @default - the operator's only
   */
  readonly tokens?: Readonly<Record<string, EnvironmentToken>>;
  /** Which chart is installed. */
  readonly chart?: ChartArgs;
  /** How Connect runs. */
  readonly connect?: ConnectArgs;
  /** How the operator runs. */
  readonly operator?: OperatorArgs;
  /** Values of the chart that have no typed input. */
  readonly values?: ChartValues;
  /**
   * Raise it to have the Connect server and all tokens minted anew, the old ones deleted last.
   * @default 1
   */
  readonly revision?: number;
  /**
   * Id of a Connect server made by hand, whose credentials file lies in the store already: it is
   * taken over instead of creating one. `opconnect adopt` finds it, and prints the program.
   * @default - what opconnect did not store is refused
   */
  readonly adopts?: string;
  /** Templates that override the names, see `createConvention`. */
  readonly convention?: Partial<ConventionTemplates>;
}

/**
 * One client environment's own 1Password Connect: vaults, Connect server, tokens, their credentials
 * in the credential store, Connect and the operator in the cluster, and items that become Secrets.
 *
 * Makes {@link CredentialStore}, {@link Vaults}, {@link ConnectServer}, one {@link ConnectToken} per
 * consumer, {@link ConnectDeployment}, one {@link OnePasswordItem} per item and
 * {@link OperatorSync}. Nothing changes in the cluster before all credentials are minted and stored,
 * and a server or token that was replaced is deleted only after the operator has synced with the new
 * one. What the component depends on is waited for before anything is made.
 * @throws `VAULT_KEY_DUPLICATE`, `VAULT_KEY_UNKNOWN`, `VAULT_ID_INVALID`, `TOKEN_…_INVALID`,
 * `ARGUMENT_INVALID`, `CHART_VERSION_…`, `ITEM_PATH_INVALID`, `SHARE_LINK_INVALID`,
 * `CONVENTION_…`: all of them at preview.
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
  /** Id of the secret that holds the credentials file: in Secrets Manager its ARN. */
  readonly credentialsSecretId: pulumi.Output<string>;
  /** Ids of the secrets that hold the Connect tokens, by consumer. */
  readonly tokenSecretIds: Readonly<Record<string, pulumi.Output<string>>>;

  constructor(
    name: string,
    args: ConnectEnvironmentArgs,
    opts: pulumi.ComponentResourceOptions = {},
  ) {
    super("opconnect:index:ConnectEnvironment", name, {}, opts);
    const { client, environment, cluster = {}, convention = {}, items = {}, revision = 1 } = args;
    const plan = reportAgainst(this, () => planEnvironment(args));
    const { names, tokens } = plan;
    const identity = { client, environment, convention };
    const store = args.store ?? {};

    const guard = guardCluster(this, names.resource("cluster"), cluster, childOptions(this, opts));
    const inCluster = {
      parent: this,
      ...(guard.provider ? { providers: [guard.provider] } : {}),
    };
    const consumers = [tokens.operator, ...tokens.others].map(({ consumer }) => consumer);
    const secrets = new CredentialStore(
      name,
      { ...identity, store, consumers },
      { parent: this, dependsOn: [...guard.checks] },
    );
    const secretId = secrets.credentialsSecretId;
    const vaults = new Vaults(
      name,
      { ...identity, vaults: args.vaults, store, secretId },
      { parent: this, dependsOn: [...guard.checks, secrets] },
    );
    const granted = ({ key, access }: TokenVault): VaultGrant => ({
      key,
      id: vaults.id(key),
      access,
    });
    const server = new ConnectServer(
      names.resource("server"),
      {
        name: names.server,
        vaults: plan.vaults.map(granted),
        witnessed: coveredVaults(tokens),
        store,
        secretId,
        revision,
        ...(args.adopts === undefined ? {} : { adopts: args.adopts }),
      },
      { parent: this },
    );
    const mint = ({ consumer, vaults: scope, ...life }: PlannedToken) =>
      new ConnectToken(
        names.resource(consumer),
        {
          ...life,
          name: names.token(consumer),
          consumer,
          serverId: server.serverId,
          vaults: scope.map(granted),
          store,
          secretId: secrets.tokenSecretId(consumer),
          revision,
        },
        { parent: this },
      );
    const token = mint(tokens.operator);
    const others = tokens.others.map(mint);
    const deployment = new ConnectDeployment(
      name,
      {
        ...identity,
        store,
        credentials: { secretId, fingerprint: server.fingerprint },
        operatorToken: {
          secretId: secrets.tokenSecretId("operator"),
          fingerprint: token.fingerprint,
        },
        cluster,
        clusterUid: guard.uid,
        chart: args.chart ?? {},
        connect: args.connect ?? {},
        operator: plan.operator,
        values: args.values ?? {},
      },
      { ...inCluster, dependsOn: [server, token, ...others] },
    );
    const credentials = credentialsLabelValue(server.fingerprint, token.fingerprint);
    const labels = { [credentialsLabel]: credentials };
    const made = Object.entries(items).map(([key, { vault, ...item }]) => {
      const named = { name: key, ...(vault === undefined ? {} : { vault: vaults.id(vault) }) };
      return new OnePasswordItem(
        `${name}-${key}`,
        { ...named, ...item, labels },
        { ...inCluster, dependsOn: [deployment] },
      );
    });
    new OperatorSync(
      names.resource("sync"),
      {
        cluster,
        clusterUid: guard.uid,
        credentials,
        items: Object.entries(items).map(([key, { namespace }]) => ({ namespace, name: key })),
      },
      { parent: this, dependsOn: [deployment, ...made] },
    );

    this.vaultIds = vaults.ids;
    this.serverId = server.serverId;
    this.namespace = deployment.namespace;
    this.credentialsSecretId = secrets.credentialsSecretId;
    this.tokenSecretIds = secrets.tokenSecretIds;
    this.registerOutputs({
      vaultIds: this.vaultIds,
      serverId: this.serverId,
      namespace: this.namespace,
      credentialsSecretId: this.credentialsSecretId,
      tokenSecretIds: this.tokenSecretIds,
    });
  }
}
