import type { EnvironmentNames } from "@opconnect/core";
import { ConnectError } from "@opconnect/core/connect-error";
import * as pulumi from "@pulumi/pulumi";
import { childOptions } from "../components/child-options.ts";
import { type GuardedCluster, guardCluster } from "../components/cluster-guard.ts";
import {
  deploymentPlace,
  deploymentType,
  type OperatorAccount,
  type StoredValue,
} from "../components/connect-deployment.ts";
import { CredentialStore } from "../components/credential-store.ts";
import { Vaults, vaultEntries } from "../components/vaults.ts";
import { checkArgs } from "../input/check-args.ts";
import { reportAgainst } from "../input/report-against.ts";
import type { ClusterTarget } from "../resources/cluster-target.ts";
import { ConnectServer, type ServerInputs } from "../resources/connect-server.ts";
import { ConnectToken, type TokenInputs } from "../resources/connect-token.ts";
import { unseen } from "../resources/minted-args.ts";
import { type ConnectEnvironmentArgs, environmentSchema } from "./args.ts";
import { type Deployed, deploy } from "./deploy.ts";
import type { GuardedItems } from "./guard-items.ts";
import { sayWhoIsKeptOut } from "./kept-out.ts";
import { withCheckedLinks } from "./links.ts";
import { planEnvironment } from "./plan.ts";
import type { PlannedToken } from "./token.ts";
import { writeManifests } from "./write-manifests.ts";

/**
 * One client environment's own 1Password Connect: vaults, Connect server, tokens, their credentials
 * in the credential store, Connect and the operator in the cluster, and items that become Secrets.
 *
 * Makes {@link CredentialStore}, {@link Vaults}, {@link ConnectServer}, one {@link ConnectToken} per
 * consumer, an {@link ItemAccessPolicy}, {@link ConnectDeployment}, one {@link OnePasswordItemObject} per item and
 * {@link OperatorSync}; with `gitOps`, in the place of all that is in the cluster, one
 * {@link ManifestFolder}. Nothing changes in the cluster before all credentials are minted and stored,
 * and a server or token that was replaced is deleted only after the operator has synced with the new
 * one. What the component depends on is waited for before anything is made.
 * @throws `VAULT_KEY_DUPLICATE`, `VAULT_KEY_UNKNOWN`, `VAULT_ID_INVALID`, `TOKEN_…_INVALID`,
 * `ARGUMENT_INVALID`, `CHART_VERSION_…`, `ITEM_PATH_INVALID`, `SHARE_LINK_INVALID`,
 * `CONVENTION_…`, `CLUSTER_POLICY_UNSUPPORTED`, `MANIFEST_FOREIGN`: all of them at preview; there too, where it can be
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
  /** None where manifests are written. */
  readonly #cluster: ClusterTarget | undefined;
  /** The account that the operator runs as, e.g. for an {@link ItemAccessPolicy}. */
  readonly operatorAccount: OperatorAccount;
  /** Labels with which pods, in any namespace, may call Connect: NetworkPolicies let them. */
  readonly consumerLabels: Readonly<Record<string, string>>;
  /** Address of Connect's API within the cluster, e.g. `http://acme-prod-connect.acme-prod-1password.svc:8080`. */
  readonly connectHost: pulumi.Output<string>;
  /** With `tls`, the certificate of Connect in PEM: what its callers trust. It is no secret. */
  readonly connectCertificate: pulumi.Output<string> | undefined;
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
    const { client, environment, convention, store, revision, items = {}, gitOps } = args;
    const plan = reportAgainst(this, () => planEnvironment(args));
    const { names, tokens } = plan;
    const identity = { client, environment, convention, store };

    const where = gitOps ?? guardedCluster(this, name, args, names, opts);
    const guard = "target" in where ? where : undefined;
    const first = guard === undefined ? childOptions(this, opts) : { dependsOn: guard.checks };
    const secrets = new CredentialStore(
      name,
      { ...identity, consumers: plan.consumers },
      { parent: this, ...first },
    );
    const secretId = secrets.credentialsSecretId;
    const vaults = new Vaults(
      name,
      { ...identity, vaults: args.vaults, secretId },
      pulumi.mergeOptions({ parent: this, ...first }, { dependsOn: secrets }),
    );
    const usedBy = (secret: string) =>
      guard === undefined
        ? unseen
        : { cluster: guard.target, namespace: names.namespace, name: secret };
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
    const guarded: GuardedItems = {
      ...{ names, items, itemAccess: args.itemAccess, operator: plan.operator },
      vault: (key) => vaults.id(key),
      vaultNames: (key) => [
        vaults.id(key),
        ...(entries.get(key)?.id === undefined ? [names.vault(key)] : []),
      ],
    };
    const token = mint(tokens.operator, usedBy(names.clusterTokenSecret));
    const others = tokens.others.map((other) => [other.consumer, mint(other, undefined)] as const);
    sayWhoIsKeptOut(this, args, names);
    const minted = [server, token, ...others.map(([, other]) => other)];
    const deployed: Deployed = { args, guarded, server, token, minted };
    const installed =
      "target" in where
        ? deploy(this, name, deployed, where)
        : writeManifests(this, { ...deployed, gitOps: where });

    this.vaultIds = vaults.ids;
    this.serverId = server.serverId;
    this.namespace = installed.namespace;
    this.#cluster = guard?.target;
    this.operatorAccount = installed.operatorAccount;
    this.consumerLabels = installed.consumerLabels;
    this.connectHost = installed.connectHost;
    this.connectCertificate = installed.connectCertificate;
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

  /**
   * The cluster, e.g. for a {@link OnePasswordItem} beside the environment.
   * @throws `ARGUMENT_INVALID` where manifests are written: no update reaches that cluster.
   */
  get cluster(): ClusterTarget {
    if (this.#cluster !== undefined) return this.#cluster;
    return reportAgainst(this, () => {
      throw new ConnectError(
        "ARGUMENT_INVALID",
        "`cluster` is asked of an environment with `gitOps`, whose cluster no update reaches.",
        "Make what needs it without Pulumi, as manifests beside those that are written; or leave `gitOps` out.",
      );
    });
  }
}

/** A cluster that is looked at before anything is made. */
function guardedCluster(
  component: ConnectEnvironment,
  name: string,
  { cluster = {}, namespaceOwner = "opconnect" }: ConnectEnvironmentArgs,
  names: EnvironmentNames,
  opts: pulumi.ComponentResourceOptions,
): GuardedCluster {
  const deploymentUrn = pulumi.createUrn(name, deploymentType, component);
  const place = deploymentPlace(names, namespaceOwner, deploymentUrn);
  const waiting = childOptions(component, opts);
  return guardCluster(component, names.resource("cluster"), cluster, waiting, place);
}
