import greaterThan from "semver/functions/gt.js";
import { isRecord } from "../json.ts";

/** A value that a version of the chart `connect` does not take: Helm leaves it out and says nothing. */
export interface UntakenValue {
  /** Keys that lead to it, e.g. `["operator", "enableAnnotations"]`. */
  readonly path: readonly string[];
  /** The keys that the chart takes there. */
  readonly known: readonly string[];
  /** The first version that takes it; none if no version does. */
  readonly since: string | undefined;
}

/**
 * What a version of the chart does not take of some values. What lies within a value that Kubernetes
 * defines, such as `affinity`, is not looked at.
 * @param version One that this release knows.
 * @see https://github.com/1Password/connect-helm-charts/blob/main/charts/connect/values.yaml
 */
export function untakenValues(
  version: string,
  values: Readonly<Record<string, unknown>>,
): readonly UntakenValue[] {
  return untakenOf(values, chartKeys, []);

  function untakenOf(given: object, keys: Keys, path: readonly string[]): UntakenValue[] {
    return Object.entries(given).flatMap(([key, value]) => {
      const since = Object.hasOwn(keys, key) ? keys[key] : undefined;
      const here = [...path, key];
      if (typeof since === "object") return isRecord(value) ? untakenOf(value, since, here) : [];
      if (since !== undefined && !greaterThan(since, version)) return [];
      return [{ path: here, known: Object.keys(keys), since }];
    });
  }
}

/** The keys of a section: sections again, or the first version that takes a value. */
interface Keys {
  readonly [key: string]: Keys | string;
}

function taken(keys: string, since = "1.17.0"): Keys {
  return Object.fromEntries(keys.split(/\s+/).map((key) => [key, since]));
}

const autoscaler = taken(
  "enabled annotations minReplicas maxReplicas avgMemoryUtilization avgCpuUtilization behavior",
);
const disruptionBudget = taken("enabled annotations maxUnavailable minAvailable");

/** Read from `values.yaml` and from what the templates of each tag of the chart name. */
const chartKeys: Keys = {
  // Helm hands `global` to every chart.
  ...taken("commonLabels nameOverride global"),
  connect: {
    ...taken("create replicas applicationName host version imagePullPolicy imagePullSecrets"),
    ...taken("serviceType serviceAnnotations loadBalancerIP loadBalancerSourceRanges"),
    ...taken("credentialsName credentialsKey credentials credentials_base64 customEnvVars"),
    ...taken("annotations labels podAnnotations podLabels"),
    ...taken("affinity nodeSelector priorityClassName tolerations"),
    ...taken("podSecurityContext", "2.3.0"),
    serviceAccount: taken("create annotations name", "2.3.0"),
    api: {
      ...taken("name imageRepository resources httpPort httpsPort logLevel"),
      ...taken("securityContext", "2.3.0"),
      serviceMonitor: taken("enabled interval path params annotations"),
    },
    sync: {
      ...taken("name imageRepository resources httpPort logLevel"),
      ...taken("securityContext", "2.3.0"),
    },
    hpa: autoscaler,
    pdb: disruptionBudget,
    probes: taken("liveness readiness"),
    dataVolume: taken("name type values"),
    tls: taken("enabled secret"),
    ingress: taken("enabled labels annotations ingressClassName pathType hosts extraPaths tls"),
    profiler: taken("enabled interval keepLast"),
  },
  operator: {
    ...taken("create replicas autoRestart applicationName pollingInterval watchNamespace logLevel"),
    ...taken("version imageRepository imagePullPolicy imagePullSecrets resources customEnvVars"),
    ...taken("annotations labels podAnnotations podLabels"),
    ...taken("affinity nodeSelector priorityClassName tolerations"),
    ...taken("authMethod", "2.0.1"),
    // Chart 2.2.0 has it too, for an operator that does not know the flag, and ends.
    ...taken("enableAnnotations", "2.2.1"),
    ...taken("allowEmptyValues podSecurityContext securityContext", "2.3.0"),
    token: taken("name key value"),
    serviceAccountToken: taken("name key value", "2.0.1"),
    serviceAccount: taken("create annotations name"),
    clusterRole: taken("create name"),
    clusterRoleBinding: taken("create name"),
    roleBinding: taken("create name"),
    hpa: autoscaler,
    pdb: disruptionBudget,
    tls: taken("trust", "2.3.0"),
    probes: {
      ...taken("port", "2.4.0"),
      liveness: taken("create failureThreshold periodSeconds initialDelaySeconds", "2.4.0"),
      readiness: taken("create failureThreshold periodSeconds initialDelaySeconds", "2.4.0"),
    },
  },
  acceptanceTests: {
    ...taken("enabled fixtures"),
    ...taken("podSecurityContext securityContext", "2.3.0"),
    healthCheck: {
      ...taken("enabled", "2.0.3"),
      image: taken("repository tag", "2.0.3"),
    },
  },
};
