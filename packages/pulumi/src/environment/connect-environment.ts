import * as pulumi from "@pulumi/pulumi";
import { childOptions } from "../components/child-options.ts";
import { guardCluster } from "../components/cluster-guard.ts";
import {
  ConnectDeployment,
  deploymentPlace,
  deploymentType,
  type OperatorAccount,
  type StoredValue,
} from "../components/connect-deployment.ts";
import { CredentialStore } from "../components/credential-store.ts";
import { arrivalOf, itemObject } from "../components/onepassword-item.ts";
import { Vaults, vaultEntries } from "../components/vaults.ts";
import { checkArgs } from "../input/check-args.ts";
import { reportAgainst } from "../input/report-against.ts";
import type { ClusterTarget } from "../resources/cluster-target.ts";
import { ConnectServer, type ServerInputs } from "../resources/connect-server.ts";
import { ConnectToken, type TokenInputs } from "../resources/connect-token.ts";
import { OnePasswordItemObject } from "../resources/onepassword-item-object.ts";
import {
  credentialsLabel,
  credentialsLabelValue,
  OperatorSync,
} from "../resources/operator/operator-sync.ts";
import { type ConnectEnvironmentArgs, environmentSchema } from "./args.ts";
import { guardItems } from "./guard-items.ts";
import { sayWhoIsKeptOut } from "./kept-out.ts";
import { withCheckedLinks } from "./links.ts";
import { planEnvironment } from "./plan.ts";
import type { PlannedToken } from "./token.ts";

/**
 * One client environment's own 1Password Connect: vaults, Connect server, tokens, their credentials
 * in the credential store, Connect and the operator in the cluster, and items that become Secrets.
 *
 * Makes {@link CredentialStore}, {@link Vaults}, {@link ConnectServer}, one {@link ConnectToken} per
 * consumer, an {@link ItemAccessPolicy}, {@link ConnectDeployment}, one {@link OnePasswordItemObject} per item and
 * {@link OperatorSync}. Nothing changes in the cluster before all credentials are minted and stored,
 * and a server or token that was replaced is deleted only after the operator has synced with the new
 * one. What the component depends on is waited for before anything is made.
 * @throws `VAULT_KEY_DUPLICATE`, `VAULT_KEY_UNKNOWN`, `VAULT_ID_INVALID`, `TOKEN_…_INVALID`,
 * `ARGUMENT_INVALID`, `CHART_VERSION_…`, `ITEM_PATH_INVALID`, `SHARE_LINK_INVALID`,
 * `CONVENTION_…`, `CLUSTER_POLICY_UNSUPPORTED`: all of them at preview; there too, where it can be
 * known, `SHARE_LINK_FOREIGN` and what `OnePasswordItem` names.
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
  /** The cluster, e.g. for a {@link OnePasswordItem} beside the environment. */
  readonly cluster: ClusterTarget;
  /** The account that the operator runs as, e.g. for an {@link ItemAccessPolicy}. */
  readonly operatorAccount: OperatorAccount;
  /** Labels with which pods, in any namespace, may call Connect: NetworkPolicies let them. */
  readonly consumerLabels: Readonly<Record<string, string>>;
  /** Address of Connect's API within the cluster, e.g. `http://acme-prod-connect.acme-prod-1password.svc:8080`. */
  readonly connectHost: pulumi.Output<string>;
  /** Id of the secret that holds the credentials file: in Secrets Manager its ARN. */
  readonly credentialsSecretId: pulumi.Output<string>;
  /** Ids of the secrets that hold the Connect tokens, by consumer. */
  readonly tokenSecretIds: Readonly<Record<string, pulumi.Output<string>>>;
  /**
   * Where the Connect tokens lie, by consumer, e.g. for a {@link ClusterSecret} or an
   * {@link ExternalSecretsStore}. What is made of one is rewritten before a former one is revoked.
   */
  readonly tokens: Readonly<Record<string, StoredValue>>;

  constructor(
    name: string,
    given: ConnectEnvironmentArgs,
    opts: pulumi.ComponentResourceOptions = {},
  ) {
    super("opconnect:index:ConnectEnvironment", name, {}, opts);
    const args = checkArgs(environmentSchema, given, this);
    const { client, environment, convention, cluster = {}, store, revision, items = {} } = args;
    const plan = reportAgainst(this, () => planEnvironment(args));
    const { names, tokens } = plan;
    const identity = { client, environment, convention, store };

    const { namespaceOwner = "opconnect" } = args;
    const deploymentUrn = pulumi.createUrn(name, deploymentType, this);
    const place = deploymentPlace(names, namespaceOwner, deploymentUrn);
    const waiting = childOptions(this, opts);
    const guard = guardCluster(this, names.resource("cluster"), cluster, waiting, place);
    const inCluster = { ...guard.options, parent: this };
    const secrets = new CredentialStore(
      name,
      { ...identity, consumers: plan.consumers },
      { parent: this, dependsOn: guard.checks },
    );
    const secretId = secrets.credentialsSecretId;
    const vaults = new Vaults(
      name,
      { ...identity, vaults: args.vaults, secretId },
      { parent: this, dependsOn: [...guard.checks, secrets] },
    );
    const usedBy = (secret: string) => ({
      cluster: guard.target,
      namespace: names.namespace,
      name: secret,
    });
    const serverInputs: ServerInputs = {
      name: names.server,
      vaults: withCheckedLinks(this, items, vaults, plan.reached),
      witnessed: plan.covered,
      store,
      secretId,
      revision,
      adopts: args.adopts,
      usedIn: usedBy(names.clusterCredentialsSecret),
    };
    const server = new ConnectServer(names.resource("server"), serverInputs, { parent: this });
    const mint = (
      { consumer, vaults: scope, ...life }: PlannedToken,
      usedIn: TokenInputs["usedIn"],
    ) => {
      const inputs: TokenInputs = {
        ...life,
        name: names.token(consumer),
        consumer,
        serverId: server.serverId,
        vaults: scope.map(({ key, access }) => ({ key, access, id: vaults.id(key) })),
        store,
        secretId: secrets.tokenSecretId(consumer),
        revision,
        usedIn,
      };
      return new ConnectToken(names.resource(consumer), inputs, { parent: this });
    };
    const entries = new Map(vaultEntries(args.vaults));
    const access = guardItems(
      {
        ...{ names, items, itemAccess: args.itemAccess, operator: plan.operator },
        cluster: guard.target,
        vault: (key) => vaults.id(key),
        vaultNames: (key) => [
          vaults.id(key),
          ...(entries.get(key)?.id === undefined ? [names.vault(key)] : []),
        ],
      },
      { ...inCluster, dependsOn: guard.checks },
    );
    const token = mint(tokens.operator, usedBy(names.clusterTokenSecret));
    const others = tokens.others.map((other) => [other.consumer, mint(other, undefined)] as const);
    sayWhoIsKeptOut(this, args, names);
    const deployment = new ConnectDeployment(
      name,
      {
        ...identity,
        credentials: server,
        operatorToken: token,
        cluster: guard.target,
        chart: args.chart,
        namespaceOwner,
        connect: args.connect,
        operator: plan.operator,
        pods: args.pods,
        images: args.images,
        networkPolicies: args.networkPolicies,
        consumerPods: args.consumerPods,
        values: args.values,
      },
      {
        ...inCluster,
        dependsOn: [server, token, ...others.map(([, other]) => other), ...access],
      },
    );
    const credentials = credentialsLabelValue(server.fingerprint, token.fingerprint);
    const labels = { [credentialsLabel]: credentials };
    const named = Object.entries(items);
    const objects = named.flatMap(([key, { vault, keys: needs, ...item }]) => {
      const id = vault === undefined ? undefined : vaults.id(vault);
      const itemName = `${names.resource("item")}-${key}`;
      const former = [itemName, `${name}-${key}`].flatMap((each) => formerly(this, each));
      const content = itemObject(this, { ...item, name: key, vault: id, labels });
      const object = new OnePasswordItemObject(
        itemName,
        { cluster: guard.target, ...content },
        { parent: this, dependsOn: [deployment], aliases: former },
      );
      if (needs === undefined) return [object];
      const needed = { cluster: guard.target, ...content, needs };
      return [object, arrivalOf(`${itemName}-secret`, needed, object, { parent: this })];
    });
    new OperatorSync(
      names.resource("sync"),
      {
        cluster: guard.target,
        credentials,
        items: named.map(([key, { namespace }]) => ({ namespace, name: key })),
      },
      { parent: this, dependsOn: [deployment, ...objects] },
    );

    this.vaultIds = vaults.ids;
    this.serverId = server.serverId;
    this.namespace = deployment.namespace;
    this.cluster = guard.target;
    this.operatorAccount = deployment.operatorAccount;
    this.consumerLabels = deployment.consumerLabels;
    this.connectHost = deployment.connectHost;
    this.credentialsSecretId = secrets.credentialsSecretId;
    this.tokenSecretIds = secrets.tokenSecretIds;
    this.tokens = Object.fromEntries(
      [[tokens.operator.consumer, token] as const, ...others].map(
        ([consumer, { secretId, fingerprint }]) => [consumer, { secretId, fingerprint }],
      ),
    );
    const { vaultIds, serverId, namespace, credentialsSecretId, tokenSecretIds } = this;
    this.registerOutputs({ vaultIds, serverId, namespace, credentialsSecretId, tokenSecretIds });
  }
}

/**
 * What an item was in earlier releases: within a component of its own, which costs three writes of
 * the state, and before that an object of the Kubernetes provider.
 */
function formerly(environment: ConnectEnvironment, name: string): readonly pulumi.Alias[] {
  const parent = pulumi.createUrn(name, "opconnect:index:OnePasswordItem", environment);
  return [
    { name, parent },
    { name, parent, type: "kubernetes:onepassword.com/v1:OnePasswordItem" },
  ];
}
