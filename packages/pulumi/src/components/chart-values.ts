import type { EnvironmentNames } from "@opconnect/core";
import { chartFacts } from "@opconnect/core/chart-facts";
import { ConnectError } from "@opconnect/core/connect-error";
import { isRecord } from "@opconnect/core/json";
import * as pulumi from "@pulumi/pulumi";
import * as z from "zod/mini";
import { isDeferred } from "../input/deferred.ts";
import { isList } from "../input/keyed.ts";
import { namespace } from "../input/names.ts";
import { byName, fields, flag, inputList, refuse, wholeNumber, wordOr } from "../input/schema.ts";
import { checkDigests, checkOneRegistry, type ImagesArgs } from "./hardening/images.ts";
import { type PodsArgs, placementValues } from "./hardening/placement.ts";
import {
  type ContainerResources,
  containerResources,
  defaultResources,
} from "./hardening/resources.ts";
import { type TlsArgs, tlsValues } from "./hardening/tls.ts";
import { type ChartValues, valueAt } from "./values-schema.ts";

/** How the Connect deployment runs. Plain: a preview shows no chart of which a value is unknown. */
export interface ConnectArgs {
  /**
   * Pods of Connect, 1000 at most; each keeps its own cache.
   * @default - one to begin with; then as many as an autoscaler or a person wants
   */
  readonly replicas?: number;
  /**
   * Resources of the container `connect-api`.
   * @default - the chart's: 0.2 CPU requested, 128 MiB at most
   */
  readonly apiResources?: ContainerResources;
  /**
   * Resources of the container `connect-sync`.
   * @default - 20m CPU and 64 MiB requested, no limit
   */
  readonly syncResources?: ContainerResources;
}

/** How the operator runs. Plain but for what it watches, as for {@link ConnectArgs}. */
export interface OperatorArgs {
  /**
   * Seconds between two looks at 1Password for changed items, from 1 to 604800, a week.
   * @default 600
   */
  readonly pollingInterval?: number;
  /**
   * Restart Deployments whose Secrets changed, where neither the item, the Deployment nor its
   * namespace says otherwise.
   * @default false
   */
  readonly autoRestart?: boolean;
  /**
   * The same for single namespaces, e.g. `{ web: true, batch: false }`; they must exist, and be
   * watched. It is an annotation of the namespace, which keeps all else that it has.
   * @default - as `autoRestart` says
   */
  readonly autoRestartIn?: Readonly<Record<string, boolean>>;
  /**
   * Namespaces whose `OnePasswordItem`s the operator serves, one at least and those of all items;
   * they must exist. `"all"` is only good for a cluster with a single environment: every operator
   * acts on every item it sees. An Output that is unknown at preview keeps the objects of the chart
   * out of that preview.
   * @default - the environment's own namespace, and those of its items
   */
  readonly watchNamespaces?: pulumi.Input<readonly pulumi.Input<string>[] | "all"> | undefined;
  /**
   * Pods of the operator, 1000 at most. The chart turns no leader election on, so each of them is active.
   * @default 1
   */
  readonly replicas?: number;
  /**
   * Resources of the operator's container.
   * @default - 10m CPU and 64 MiB requested, no limit
   */
  readonly resources?: ContainerResources;
}

const pods = wholeNumber(0, 1000);

/** Checks how Connect runs. */
export const connectSchema = fields<ConnectArgs>(() => ({
  replicas: z.optional(pods),
  apiResources: z.optional(containerResources),
  syncResources: z.optional(containerResources),
}));

const watchable = 'a list of namespaces, such as ["app"], or "all" for those of the whole cluster';
const namespaces = inputList(namespace, watchable).check(
  z.superRefine((watched, context) => {
    if (!isList(watched) || watched.length > 0) return;
    const remedy = 'Name a namespace, leave it out for those of the items, or say "all".';
    refuse(context, { says: " is empty, which the chart takes for all namespaces", remedy });
  }),
);

/** Checks how the operator runs. */
export const operatorSchema = fields<OperatorArgs>(() => ({
  pollingInterval: z.optional(wholeNumber(1, 604_800)),
  autoRestart: z.optional(flag),
  autoRestartIn: z.optional(byName(namespace, flag, "true or false by namespace")),
  watchNamespaces: z.optional(wordOr("all", namespaces, watchable)),
  replicas: z.optional(pods),
  resources: z.optional(containerResources),
}));

/** What {@link chartValues} is made from. */
export interface ChartValuesArgs {
  readonly names: EnvironmentNames;
  /** Version of the chart. */
  readonly version: string;
  readonly connect?: ConnectArgs | undefined;
  readonly operator?: OperatorArgs | undefined;
  readonly pods?: PodsArgs | undefined;
  readonly images?: ImagesArgs | undefined;
  /**
   * Whether the operator signs in with a service account, and no Connect is deployed.
   * @default false
   */
  readonly serviceAccount?: boolean | undefined;
  /**
   * Whether Connect is called by TLS, and with whose certificate.
   * @default false
   */
  readonly tls?: boolean | TlsArgs | undefined;
  /** The user's own values, for what has no typed input. */
  readonly values?: ChartValues | undefined;
}

/**
 * Values of the chart for one environment. They hold names only: never a credentials file, a token
 * or anything unknown at preview, since one unknown value keeps `helm.v4.Chart` from previewing.
 * @throws `ARGUMENT_INVALID` if `values` sets what we set.
 * @see https://github.com/1Password/connect-helm-charts/blob/main/charts/connect/values.yaml
 */
export function chartValues(args: ChartValuesArgs): ChartValues {
  const { names, version, connect = {}, operator = {}, pods = {}, images = {}, values = {} } = args;
  const { serviceAccount = false, tls = false } = args;
  const token = { name: names.clusterTokenSecret, key: tokenKey };
  const watched = watchedNamespaces(operator.watchNamespaces ?? [names.namespace]);
  if (serviceAccount) refuseConnect(connect, tls, values);
  checkOneRegistry(images, values);
  checkReplicas(connect, values);
  const secured = tlsValues(tls, names);
  const ofBoth = { ...placementValues(pods), imagePullSecrets: images.pullSecrets };
  const own = {
    connect: {
      ...ofBoth,
      ...secured.connect,
      ...(serviceAccount && { create: false }),
      applicationName: names.connectApplication,
      host: names.connectApplication,
      credentialsName: names.clusterCredentialsSecret,
      credentialsKey: credentialsKeys[chartFacts(version).credentialsFrom],
      // Charts of 1.17 would open a port on every node.
      ...(valueAt(values, "connect.serviceType") === undefined && { serviceType: "ClusterIP" }),
      // One pod at a time is taken from a node, and a single one is: no drain waits for it.
      ...(valueAt(values, "connect.pdb.enabled") === undefined && { pdb: { enabled: true } }),
      replicas: connect.replicas,
      api: connect.apiResources && { resources: connect.apiResources },
      sync: resourcesOf(connect.syncResources, "connect.sync", values),
    },
    operator: {
      ...ofBoth,
      ...secured.operator,
      create: true,
      authMethod: serviceAccount ? "service-account" : "connect",
      applicationName: names.operatorApplication,
      watchNamespace: watched,
      // As a text, since Helm prints large numbers in a way that the operator cannot read.
      pollingInterval: operator.pollingInterval?.toString(),
      autoRestart: operator.autoRestart,
      replicas: operator.replicas,
      ...resourcesOf(operator.resources, "operator", values),
      // Charts up to 2.2.1 confuse the two keys where they make the Secret, which is never here.
      ...(serviceAccount ? { serviceAccountToken: token } : { token }),
      serviceAccount: { name: names.serviceAccount },
      // In a list of namespaces the rights are ours: the chart would give its ClusterRole in each.
      clusterRole: { create: watchesAll(watched), name: names.clusterRole },
      clusterRoleBinding: { name: names.clusterRoleBinding },
      roleBinding: { create: false, name: names.roleBinding },
    },
    // A test pod that pulls an image of its own; `pulumi up` never runs it.
    acceptanceTests: { healthCheck: { enabled: false } },
  };
  const merged = merge(values, own, "values");
  checkDigests(images, version, merged);
  return merged;
}

/**
 * Refuses what is said of Connect where there is none: some of it has no effect, and an Ingress would
 * lead nowhere. Its pull policy is the operator's too.
 * @throws `ARGUMENT_INVALID`.
 */
function refuseConnect(connect: ConnectArgs, tls: boolean | TlsArgs, values: ChartValues): void {
  const { imagePullPolicy, ...ofConnect } = Object(valueAt(values, "connect"));
  const [field] = [
    ...Object.keys(connect).map((key) => `connect.${key}`),
    ...(tls === false ? [] : ["tls"]),
    ...Object.keys(ofConnect).map((key) => `values.connect.${key}`),
  ];
  if (field === undefined) return;
  throw new ConnectError(
    "ARGUMENT_INVALID",
    `\`${field}\` is about Connect, and with a service account there is none.`,
    "Leave it out, or use a ConnectEnvironment.",
  );
}

/**
 * Refuses a number of pods beside an autoscaler: each update would take back what that has decided.
 * @throws `ARGUMENT_INVALID`.
 */
function checkReplicas({ replicas }: ConnectArgs, values: ChartValues): void {
  if (!valueAt(values, "connect.hpa.enabled")) return;
  const said = replicas !== undefined ? "connect.replicas" : "values.connect.replicas";
  if (replicas === undefined && valueAt(values, "connect.replicas") === undefined) return;
  throw new ConnectError(
    "ARGUMENT_INVALID",
    `\`${said}\` sets the number of pods, and so does the autoscaler of \`values.connect.hpa\`.`,
    "Leave it out, and use `minReplicas` and `maxReplicas` of the autoscaler.",
  );
}

/** Resources of a container for which the chart has none, unless a value has. */
function resourcesOf(
  typed: ContainerResources | undefined,
  path: keyof typeof defaultResources,
  values: ChartValues,
) {
  if (typed === undefined && valueAt(values, `${path}.resources`) !== undefined) return {};
  return { resources: typed ?? defaultResources[path] };
}

/** Whether the typed input, or a value of the user's own, says how many pods Connect has. */
export function setsConnectReplicas(values: ChartValues): boolean {
  return valueAt(values, "connect.replicas") !== undefined;
}

/**
 * Keys of the credentials file in its Secret, by how a chart hands it to Connect: as base64 text, or
 * as it is, by the chart's own default. Both are always there, so that pods of either kind start
 * while one chart takes the other's place.
 */
export const credentialsKeys = {
  environment: "1password-credentials.base64",
  file: "1password-credentials.json",
} as const;

/** Key of the operator's token in its Secret: the chart's own default, of either kind of token. */
export const tokenKey = "token";

/** Each namespace once, in order; none for all. */
export function watchedNamespaces(
  namespaces: NonNullable<OperatorArgs["watchNamespaces"]>,
): pulumi.Input<readonly string[]> {
  if (namespaces === "all" || isListOfTexts(namespaces)) return inOrder(namespaces);
  return pulumi.output<readonly pulumi.Input<string>[] | "all">(namespaces).apply(inOrder);
}

function watchesAll(watched: pulumi.Input<readonly string[]>): pulumi.Input<boolean> {
  if (isListOfTexts(watched)) return watched.length === 0;
  return pulumi.output(watched).apply(({ length }) => length === 0);
}

function isListOfTexts(value: unknown): value is readonly string[] {
  return isList(value) && value.every((each) => typeof each === "string");
}

function inOrder(namespaces: readonly string[] | "all"): readonly string[] {
  return namespaces === "all" ? [] : [...new Set(namespaces)].sort();
}

/** Puts `own` over `values`; a value that both set is refused. */
function merge(values: ChartValues, own: ChartValues, path: string): ChartValues {
  const merged: Record<string, unknown> = { ...values };
  for (const [key, value] of Object.entries(own)) {
    const { [key]: theirs = isSection(value) ? {} : undefined } = values;
    const field = `${path}.${key}`;
    if (isSection(theirs) && isSection(value)) merged[key] = merge(theirs, value, field);
    else if (theirs === undefined) merged[key] = value;
    else if (isSection(value) && isDeferred(theirs)) {
      throw new ConnectError(
        "ARGUMENT_INVALID",
        `\`${field}\` is an Output, or a promise: what opconnect sets there could not be added.`,
        "Pass a plain object, and Outputs as its fields.",
      );
    } else if (value !== undefined) {
      throw new ConnectError(
        "ARGUMENT_INVALID",
        `\`${field}\` sets what opconnect sets itself.`,
        "Leave it out, and use the typed input or the convention's template instead.",
      );
    }
  }
  return merged;
}

function isSection(value: unknown): value is ChartValues {
  return isRecord(value) && !isDeferred(value);
}
