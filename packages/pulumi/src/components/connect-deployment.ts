import type { EnvironmentNames } from "@opconnect/core";
import { operatorVersionOf } from "@opconnect/core/chart-facts";
import { ConnectError } from "@opconnect/core/connect-error";
import { CustomResourceDefinitionPatch } from "@pulumi/kubernetes/apiextensions/v1/customResourceDefinitionPatch.js";
import { Namespace } from "@pulumi/kubernetes/core/v1/namespace.js";
import { Chart } from "@pulumi/kubernetes/helm/v4/chart.js";
import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1/networkPolicy.js";
import * as pulumi from "@pulumi/pulumi";
import * as z from "zod/mini";
import { previewWithoutCluster } from "../chart/without-cluster.ts";
import { checkArgs } from "../input/check-args.ts";
import type { Plain } from "../input/deferred.ts";
import { reportAgainst } from "../input/report-against.ts";
import { chosen, fields, input, oneOf, text } from "../input/schema.ts";
import type { NamespaceOwner } from "../provider/cluster/check-namespace.ts";
import { ClusterSecret, type ClusterSecretArgs } from "../resources/cluster-secret.ts";
import {
  type ClusterArgs,
  type ClusterTarget,
  namespaceOwner,
  type TargetPlace,
} from "../resources/cluster-target.ts";
import { OperatorScope } from "../resources/operator/operator-scope.ts";
import { OperatorWatch } from "../resources/operator/operator-watch.ts";
import { urnOf } from "../resources/provided-resource.ts";
import { type StoreOption, storeSchema } from "../resources/store-args.ts";
import {
  annotatePods,
  leaveReplicas,
  nameCredentials,
  ownFields,
  remakeLost,
  requireVersion,
  watchConfigMap,
} from "./chart-transforms.ts";
import {
  type ConnectArgs,
  chartValues,
  connectSchema,
  credentialsKeys,
  type OperatorArgs,
  operatorSchema,
  setsConnectReplicas,
  tokenKey,
  watchedNamespaces,
} from "./chart-values.ts";
import {
  type ChartArgs,
  chartSchema,
  checkChart,
  requireServiceAccounts,
  warnOfNewerChart,
} from "./check-chart.ts";
import { childOptions } from "./child-options.ts";
import { clusterSchema, guardCluster, type InstallationPlace } from "./cluster-guard.ts";
import { type ConventionArgs, conventionFields, namesOf } from "./convention-args.ts";
import { connectHostOf } from "./hardening/connect-api.ts";
import { type ConsumerPods, consumerPodsSchema } from "./hardening/consumer-pods.ts";
import { harden } from "./hardening/harden.ts";
import { type ImagesArgs, imagesSchema } from "./hardening/images.ts";
import {
  consumerLabelsOf,
  type LimitedConnections,
  networkPolicies,
} from "./hardening/network-policies.ts";
import { type PodsArgs, podsSchema } from "./hardening/placement.ts";
import { podSecurityLabels } from "./hardening/pod-security.ts";
import {
  connectCertificate,
  requireTrust,
  type TlsArgs,
  tlsSchema,
  trustCertificateOnly,
} from "./hardening/tls.ts";
import { onePasswordItemCrd } from "./onepassword-item-crd.ts";
import { letSeeNamespaces } from "./operator/namespace-names.ts";
import { refuseUnwatchedRestarts, restartInNamespaces } from "./operator/namespace-restarts.ts";
import { cutRights, operatorRoles } from "./operator/rights.ts";
import { warnOfSeveralOperators } from "./operator/several-operators.ts";
import { managedBy, ownedFields } from "./owned-fields.ts";
import { type ChartValues, checkTaken, valuesSchema } from "./values-schema.ts";

/** A value that lies in the credential store: what a server or a token has put there. */
export interface StoredValue {
  /** Id of the secret, see {@link CredentialSecret}. */
  readonly secretId: pulumi.Input<string>;
  /** SHA-256 of the value, hex. */
  readonly fingerprint: pulumi.Input<string>;
}

/** An operator, by the account that it runs as. */
export interface OperatorAccount {
  /** Namespace of the operator. */
  readonly namespace: pulumi.Input<string>;
  /** Its ServiceAccount. */
  readonly serviceAccount: pulumi.Input<string>;
}

/** What is installed in a cluster, and how it runs. */
export interface InstallationArgs extends ConventionArgs, InstallationPlace, StoreOption {
  /** Which chart is installed. */
  readonly chart?: ChartArgs | undefined;
  /** How Connect runs. */
  readonly connect?: ConnectArgs | undefined;
  /** How the operator runs. */
  readonly operator?: OperatorArgs | undefined;
  /** On which nodes the pods of both run. */
  readonly pods?: PodsArgs | undefined;
  /** Where the images of all containers come from. */
  readonly images?: ImagesArgs | undefined;
  /**
   * Which connections NetworkPolicies limit. `"ingress"`: Connect is called by the operator, by pods
   * with {@link ConnectDeployment.consumerLabels} and by `consumerPods`, the operator by nobody.
   * `"ingress-and-egress"`: besides, both reach DNS, Connect 1Password, and the operator Connect and
   * the API server. `"none"` makes no policies.
   * @default "ingress"
   */
  readonly networkPolicies?: LimitedConnections | undefined;
  /**
   * Pods that call Connect and do not have {@link ConnectDeployment.consumerLabels}, such as those of
   * External Secrets Operator: NetworkPolicies let them in.
   * @default - none
   */
  readonly consumerPods?: readonly ConsumerPods[] | undefined;
  /**
   * Whether Connect is called by TLS. `true`: with a certificate that opconnect makes, and renews with
   * the first update after two thirds of its year; `{ secret: "connect-tls" }`: with somebody else's.
   * The operator trusts it; other callers of Connect have to be told, see
   * {@link ConnectDeployment.connectCertificate}. Charts from 2.3.0 on.
   * @default false
   */
  readonly tls?: boolean | TlsArgs | undefined;
  /** Values of the chart that have no typed input. */
  readonly values?: ChartValues | undefined;
}

/** Arguments of {@link ConnectDeployment}. */
export interface ConnectDeploymentArgs extends InstallationArgs {
  /**
   * The credentials file: the {@link ConnectServer}, or where its file lies.
   * @default - none, where there is a `serviceAccountToken`
   */
  readonly credentials?: Plain<StoredValue> | undefined;
  /**
   * The operator's token: its {@link ConnectToken}, or where it lies.
   * @default - none, where there is a `serviceAccountToken`
   */
  readonly operatorToken?: Plain<StoredValue> | undefined;
  /**
   * Instead of the two, the token of a service account: a {@link ServiceAccountToken}, or where it
   * lies. The operator then asks 1Password itself, and no Connect is deployed. Charts from 2.0.1 on.
   * @default - none
   */
  readonly serviceAccountToken?: Plain<StoredValue> | undefined;
  /**
   * The cluster, or a target made of it before. Otherwise one is made, and a Kubernetes provider
   * that reaches another cluster is refused.
   * @default - the ambient one
   */
  readonly cluster?: Plain<ClusterArgs> | ClusterTarget | undefined;
}

/**
 * Connect and the operator in a cluster, or with a `serviceAccountToken` the operator alone. Makes the
 * namespace, the `OnePasswordItem` CRD (kept when the deployment goes: other environments may use it),
 * NetworkPolicies, two {@link ClusterSecret}s, an {@link OperatorScope}, a Role and a RoleBinding in
 * each namespace that the operator watches, an {@link OperatorWatch} and 1Password's chart, and a
 * {@link ClusterTarget} where it is given none.
 * The fingerprints of both values go onto the pod templates, so that new credentials roll the pods:
 * the chart has no checksum annotations. Warns of a chart newer than this release knows.
 * @throws `CHART_VERSION_INVALID`, `CHART_VERSION_UNSUPPORTED`, `ARGUMENT_INVALID`, `CONVENTION_…`;
 * where it is given no target, also `CLUSTER_OBJECT_FOREIGN` and `CLUSTER_STATE_LOST`, as of a
 * {@link ClusterTarget}; of an update, `CLUSTER_NAMESPACE_MISSING` for one that is to be watched.
 */
export class ConnectDeployment extends pulumi.ComponentResource {
  /** Namespace of Connect and the operator. */
  readonly namespace: pulumi.Output<string>;
  /** The cluster, e.g. for a {@link OnePasswordItem} beside it. */
  readonly cluster: ClusterTarget;
  /** The account that the operator runs as, e.g. for an {@link ItemAccessPolicy}. */
  readonly operatorAccount: OperatorAccount;
  /** Labels with which pods, in any namespace, may call Connect: NetworkPolicies let them. */
  readonly consumerLabels: Readonly<Record<string, string>>;
  /** Address of Connect's API within the cluster, e.g. `http://acme-prod-connect.acme-prod-1password.svc:8080`. */
  readonly connectHost: pulumi.Output<string>;
  /** With `tls`, the certificate of Connect in PEM: what its callers trust. It is no secret. */
  readonly connectCertificate: pulumi.Output<string> | undefined;
  /** The chart's release; what needs the operator, or has to go before it, depends on it. */
  readonly release: Chart;

  constructor(
    name: string,
    given: ConnectDeploymentArgs,
    opts: pulumi.ComponentResourceOptions = {},
  ) {
    super(deploymentType, name, {}, opts);
    const args = checkArgs(deploymentSchema, given, this);
    const { cluster = {}, chart = {}, tls = false } = args;
    const { login, names, values, version } = reportAgainst(this, () => {
      const login = loginOf(args);
      const version = checkChart(chart);
      const names = namesOf(args);
      checkTaken({ ...args, version }, this);
      const serviceAccount = args.serviceAccountToken !== undefined;
      if (serviceAccount) requireServiceAccounts(version);
      requireTrust(tls, version);
      const values = chartValues({ ...args, names, version, serviceAccount });
      return { login, names, values, version };
    });
    warnOfNewerChart(version, this);
    warnOfSeveralOperators(args.operator ?? {}, this);
    const { watchNamespaces: watched = [names.namespace] } = args.operator ?? {};
    const operatorVersion = operatorVersionOf(version, args.values);
    const account = { namespace: names.namespace, name: names.serviceAccount };
    const waiting = childOptions(this, opts);
    const { namespaceOwner = "opconnect" } = args;
    const place = deploymentPlace(names, namespaceOwner, this);
    const guard = guardCluster(this, names.resource("cluster"), cluster, waiting, place);
    const guarded = pulumi.mergeOptions(waiting, { dependsOn: guard.checks });
    const inCluster = { ...guarded, ...guard.options };
    const labels = managedBy;
    const metadata = {
      name: names.namespace,
      labels: { ...labels, ...podSecurityLabels },
      annotations: ownedFields,
    };
    const made =
      namespaceOwner === "platform"
        ? []
        : [new Namespace(names.resource("namespace"), { metadata }, inCluster)];
    const { networkPolicies: limited = "ingress", consumerPods = [] } = args;
    const policies = networkPolicies(names, limited, values, consumerPods).map(
      ({ of, name, spec }) =>
        new NetworkPolicy(
          `${names.resource("network")}-${of}`,
          {
            metadata: { name, namespace: names.namespace, labels, annotations: ownedFields },
            spec,
          },
          pulumi.mergeOptions(inCluster, { dependsOn: made }),
        ),
    );
    const { metadata: shared, ...crd } = onePasswordItemCrd;
    // A patch, since several environments of a cluster share the definition: it creates what is not
    // there, while a CustomResourceDefinition refuses what is. The last one to apply it wins. Former
    // releases had one by another name and field manager, which the provider cannot change in place:
    // it gives up the former one's fields after a PUT that owns none. That one is left behind.
    const definition = new CustomResourceDefinitionPatch(
      names.resource("definition"),
      { ...crd, metadata: { ...shared, annotations: ownedFields } },
      pulumi.mergeOptions(inCluster, { dependsOn: guard.verified, retainOnDelete: true }),
    );
    const written = { cluster: guard.target, store: args.store, namespace: names.namespace };
    const clusterSecret = (purpose: string, { secretId, fingerprint }: StoredValue, place: Place) =>
      new ClusterSecret(
        names.resource(purpose),
        { ...place, ...written, secretId, fingerprint },
        pulumi.mergeOptions(guarded, { dependsOn: made }),
      );
    const credentials =
      login.file &&
      clusterSecret(secretPurposes.credentials, login.file, {
        name: names.clusterCredentialsSecret,
        key: credentialsKeys.file,
        base64Key: credentialsKeys.environment,
      });
    const token = clusterSecret(secretPurposes.token, login.token, {
      name: names.clusterTokenSecret,
      key: tokenKey,
    });
    const certificate = connectCertificate(
      tls,
      names,
      guard.target,
      pulumi.mergeOptions(guarded, { dependsOn: made }),
    );
    const secrets = [credentials, token, certificate].filter((each) => each !== undefined);
    const scope = new OperatorScope(
      names.resource("scope"),
      {
        cluster: guard.target,
        namespace: names.namespace,
        name: names.watchedNamespaces,
        deployment: names.operatorApplication,
        role: names.role,
        roleBinding: names.roleBinding,
        namespaces: watchedNamespaces(watched),
      },
      pulumi.mergeOptions(guarded, { dependsOn: made }),
    );
    const seeing = letSeeNamespaces(
      names.resource("namespaces"),
      {
        operatorVersion,
        role: `${names.clusterRole}-namespaces`,
        namespace: names.namespace,
        serviceAccount: names.serviceAccount,
      },
      inCluster,
    );
    const roles = operatorRoles(
      names.resource("rights"),
      {
        ...{ watched, operatorVersion, account, scope },
        role: names.role,
        roleBinding: names.roleBinding,
      },
      inCluster,
    );
    const watch = new OperatorWatch(
      names.resource("watch"),
      scope,
      pulumi.mergeOptions(pulumi.mergeOptions(guarded, { dependsOn: scope }), { dependsOn: roles }),
    );
    restartInNamespaces(
      names.resource("restart"),
      args.operator?.autoRestartIn ?? {},
      pulumi.mergeOptions(inCluster, { dependsOn: [...made, scope] }),
    );
    this.namespace = pulumi.output(made[0]?.metadata.name ?? names.namespace);
    this.cluster = guard.target;
    this.operatorAccount = { namespace: this.namespace, serviceAccount: names.serviceAccount };
    this.consumerLabels = consumerLabelsOf(names);
    this.connectHost = connectHostOf(names, values);
    this.connectCertificate = certificate?.certificate;
    const source = {
      name: names.release,
      namespace: names.namespace,
      ...(chart.path === undefined
        ? { chart: "connect", version, repositoryOpts: { repo: helmRepository } }
        : { chart: chart.path, version }),
      values,
    };
    previewWithoutCluster({
      ...source,
      resourceName: names.resource("chart"),
      target: guard.target,
      provider: inCluster.provider ?? this.getProvider("kubernetes:helm.sh/v4:Chart"),
      component: () => this.release,
    });
    this.release = new Chart(
      names.resource("chart"),
      { ...source, skipCrds: true },
      pulumi.mergeOptions(inCluster, {
        dependsOn: [...made, ...policies, definition, ...secrets, scope, watch, ...seeing],
        transforms: [
          requireVersion(version),
          ownFields(),
          cutRights(names.clusterRole, operatorVersion),
          remakeLost(scope.remade),
          ...(setsConnectReplicas(values) ? [] : [leaveReplicas(names.connectApplication)]),
          annotatePods({
            // The Secret of a former release, which had one key: its pods change in ways that the
            // API server refuses to preview, so the one preview that meets them asks it nothing.
            ...(credentials !== undefined && {
              "opconnect/credentials-fingerprint": pulumi
                .all([credentials.fingerprint, credentials.hasBothKeys])
                .apply(([fingerprint]) => fingerprint),
            }),
            "opconnect/token-fingerprint": token.fingerprint,
            ...(certificate !== undefined && {
              "opconnect/certificate-fingerprint": certificate.fingerprint,
            }),
          }),
          trustCertificateOnly(names.operatorApplication),
          ...harden(args.images),
          nameCredentials(names.connectApplication),
          watchConfigMap(names.operatorApplication, names.watchedNamespaces),
        ],
      }),
    );
    this.registerOutputs({ namespace: this.namespace });
  }
}

/** What Connect and the operator, or the operator alone, sign in with. */
function loginOf({ credentials, operatorToken, serviceAccountToken }: ConnectDeploymentArgs) {
  const both = credentials !== undefined && operatorToken !== undefined;
  const neither = credentials === undefined && operatorToken === undefined;
  if (serviceAccountToken !== undefined && neither) {
    return { file: undefined, token: serviceAccountToken };
  }
  if (serviceAccountToken === undefined && both) return { file: credentials, token: operatorToken };
  throw new ConnectError(
    "ARGUMENT_INVALID",
    serviceAccountToken === undefined
      ? `\`${credentials === undefined ? "credentials" : "operatorToken"}\` is missing.`
      : "There are a `serviceAccountToken` and what belongs to Connect.",
    "Pass `credentials` and `operatorToken`, for Connect; or `serviceAccountToken` alone, for an operator without it.",
  );
}

type Place = Pick<ClusterSecretArgs, "name" | "key" | "base64Key">;

/** Type of a {@link ConnectDeployment}, in its URN. */
export const deploymentType = "opconnect:index:ConnectDeployment";

/**
 * What a target looks at before anything is made.
 * @param deployment The deployment, or the URN that it is to have.
 */
export function deploymentPlace(
  names: EnvironmentNames,
  namespaceOwner: NamespaceOwner,
  deployment: pulumi.Resource | pulumi.Output<pulumi.URN>,
): TargetPlace {
  const secrets = [
    { name: names.clusterCredentialsSecret, purpose: secretPurposes.credentials },
    { name: names.clusterTokenSecret, purpose: secretPurposes.token },
  ].map(({ name, purpose }) => ({
    name,
    holder: urnOf("clusterSecret", names.resource(purpose), deployment),
  }));
  return { namespace: names.namespace, namespaceOwner, secrets };
}

const secretPurposes = { credentials: "credentials", token: "operator" };

/** Where 1Password publishes its chart. */
export const helmRepository = "https://1password.github.io/connect-helm-charts";

/** How it is checked what is installed, and how it runs. */
export const installationFields = () => ({
  ...conventionFields(),
  namespaceOwner: z.optional(namespaceOwner),
  store: z.optional(storeSchema),
  chart: z.optional(chartSchema),
  connect: z.optional(connectSchema),
  operator: z.optional(operatorSchema),
  pods: z.optional(podsSchema),
  images: z.optional(imagesSchema),
  networkPolicies: z.optional(oneOf("ingress", "ingress-and-egress", "none")),
  consumerPods: z.optional(consumerPodsSchema),
  tls: z.optional(tlsSchema),
  values: z.optional(valuesSchema),
});

const storedValueSchema = fields<StoredValue>(() => ({
  secretId: input(text()),
  fingerprint: input(text()),
}));

/** A server or a token has the two among its outputs. */
export const storedValue = chosen<StoredValue>((value) =>
  pulumi.Resource.isInstance(value) ? z.custom() : storedValueSchema,
);

export const deploymentSchema = fields<ConnectDeploymentArgs>(() => ({
  ...installationFields(),
  credentials: z.optional(storedValue),
  operatorToken: z.optional(storedValue),
  serviceAccountToken: z.optional(storedValue),
  cluster: z.optional(clusterSchema),
})).check(
  z.superRefine((args, context) => {
    refuseUnwatchedRestarts(args.operator ?? {}, () => [namesOf(args).namespace], context);
  }),
);
