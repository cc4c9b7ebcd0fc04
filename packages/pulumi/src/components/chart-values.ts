import type { EnvironmentNames } from "@opconnect/core";
import { ConnectError } from "@opconnect/core/connect-error";
import { isRecord } from "@opconnect/core/json";

/** Requests and limits of a container, as Kubernetes writes them. */
export interface ContainerResources {
  /** E.g. `{ cpu: "100m", memory: "64Mi" }`. */
  readonly requests?: Readonly<Record<string, string>>;
  /** E.g. `{ memory: "128Mi" }`. */
  readonly limits?: Readonly<Record<string, string>>;
}

/** How the Connect deployment runs. */
export interface ConnectArgs {
  /**
   * Pods of Connect; each keeps its own cache.
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
   * @default - the chart's: none
   */
  readonly syncResources?: ContainerResources;
}

/** How the operator runs. */
export interface OperatorArgs {
  /**
   * Seconds between two looks at 1Password for changed items; at least 1.
   * @default 600
   */
  readonly pollingInterval?: number;
  /**
   * Restart Deployments whose Secrets changed.
   * @default false
   */
  readonly autoRestart?: boolean;
  /**
   * Namespaces whose `OnePasswordItem`s the operator serves; they must exist. `"all"` is only good
   * for a cluster with a single environment: every operator acts on every item it sees.
   * @default - the environment's own namespace, and those of its items
   */
  readonly watchNamespaces?: readonly string[] | "all";
  /**
   * Pods of the operator. The chart turns no leader election on, so each of them is active.
   * @default 1
   */
  readonly replicas?: number;
  /**
   * Resources of the operator's container.
   * @default - the chart's: none
   */
  readonly resources?: ContainerResources;
}

/** Values of the chart `connect`, as Helm takes them. */
export type ChartValues = { readonly [key: string]: unknown };

/** What {@link chartValues} is made from. */
export interface ChartValuesArgs {
  readonly names: EnvironmentNames;
  readonly connect?: ConnectArgs | undefined;
  readonly operator?: OperatorArgs | undefined;
  /** The user's own values, for what has no typed input. */
  readonly values?: ChartValues | undefined;
}

/**
 * Values of the chart for one environment. They hold names only: never a credentials file, a token
 * or anything unknown at preview, since one unknown value keeps `helm.v4.Chart` from previewing.
 * @throws `ARGUMENT_INVALID` if `values` sets what we set, or a number is out of range.
 * @see https://github.com/1Password/connect-helm-charts/blob/main/charts/connect/values.yaml
 */
export function chartValues(args: ChartValuesArgs): ChartValues {
  const { names, connect = {}, operator = {}, values = {} } = args;
  requireWhole("operator.pollingInterval", operator.pollingInterval, 1);
  requireWhole("operator.replicas", operator.replicas, 0);
  requireWhole("connect.replicas", connect.replicas, 0);
  const own = {
    connect: {
      applicationName: names.connectApplication,
      host: names.connectApplication,
      credentialsName: names.clusterCredentialsSecret,
      credentialsKey: credentialsKey,
      replicas: connect.replicas,
      api: connect.apiResources && { resources: connect.apiResources },
      sync: connect.syncResources && { resources: connect.syncResources },
    },
    operator: {
      create: true,
      authMethod: "connect",
      applicationName: names.operatorApplication,
      watchNamespace: watchedNamespaces(operator.watchNamespaces ?? [names.namespace]),
      pollingInterval: operator.pollingInterval,
      autoRestart: operator.autoRestart,
      replicas: operator.replicas,
      resources: operator.resources,
      token: { name: names.clusterTokenSecret, key: tokenKey },
      serviceAccount: { name: names.serviceAccount },
      clusterRole: { name: names.clusterRole },
      clusterRoleBinding: { name: names.clusterRoleBinding },
      roleBinding: { name: names.roleBinding },
    },
    // A test pod that pulls an image of its own; `pulumi up` never runs it.
    acceptanceTests: { healthCheck: { enabled: false } },
  };
  const secret = secretPaths.find((path) => valueAt(values, path) !== undefined);
  if (secret === undefined) return merge(values, own, "values");
  throw new ConnectError(
    "ARGUMENT_INVALID",
    `\`values.${secret}\` would put a secret into Helm values, and so into state.`,
    "Leave it out: the credentials come from the credential store.",
  );
}

/** Whether the typed input, or a value of the user's own, says how many pods Connect has. */
export function setsConnectReplicas(values: ChartValues): boolean {
  return valueAt(values, "connect.replicas") !== undefined;
}

const secretPaths = ["connect.credentials", "connect.credentials_base64", "operator.token.value"];

/** Key of the credentials file in its Secret: the chart's own default. */
export const credentialsKey = "1password-credentials.json";

/** Key of the Connect token in its Secret: the chart's own default. */
export const tokenKey = "token";

function requireWhole(field: string, value: number | undefined, least: number): void {
  if (value === undefined || (Number.isInteger(value) && value >= least)) return;
  throw new ConnectError(
    "ARGUMENT_INVALID",
    `\`${field}\` is ${value}.`,
    `Pass a whole number of at least ${least}.`,
  );
}

/** Each namespace once, in order; none for all. */
export function watchedNamespaces(namespaces: readonly string[] | "all"): readonly string[] {
  return namespaces === "all" ? [] : [...new Set(namespaces)].sort();
}

function valueAt(values: unknown, path: string): unknown {
  return path.split(".").reduce((value, key) => (isRecord(value) ? value[key] : undefined), values);
}

/** Puts `own` over `values`; a value that both set is refused. */
function merge(values: ChartValues, own: ChartValues, path: string): ChartValues {
  const merged: Record<string, unknown> = { ...values };
  for (const [key, value] of Object.entries(own)) {
    const { [key]: theirs = isRecord(value) ? {} : undefined } = values;
    const field = `${path}.${key}`;
    if (isRecord(theirs) && isRecord(value)) merged[key] = merge(theirs, value, field);
    else if (theirs === undefined) merged[key] = value;
    else if (value !== undefined) {
      throw new ConnectError(
        "ARGUMENT_INVALID",
        `\`${field}\` sets what opconnect sets itself.`,
        "Leave it out, and use the typed input or the convention's template instead.",
      );
    }
  }
  return merged;
}
