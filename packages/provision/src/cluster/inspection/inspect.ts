import { unlessCode } from "@opconnect/core";
import { createAccessReviews } from "../access-reviews.ts";
import { type ClusterAccess, loadClusterConfig } from "../config.ts";
import { createClusterRequests } from "../requests.ts";
import { type DeploymentFacts, deploymentFacts } from "./deployment.ts";
import { type PodFacts, podFacts } from "./pod.ts";
import { type PodAnswer, type PodRequest, requestPod } from "./pod-request.ts";

/** A cluster to be looked at, a namespace at a time. */
export type ClusterInspection = Awaited<ReturnType<typeof inspectCluster>>;

/**
 * Connects to a cluster to look at what runs there. Changes nothing, and reads no value of a Secret
 * but where it is asked for one.
 * Requests throw `CLUSTER_UNREACHABLE`, `CLUSTER_ACCESS_DENIED` or `CLUSTER_FAILED`.
 * @throws `CLUSTER_CONFIG_INVALID` if the kubeconfig cannot be used.
 */
export async function inspectCluster(access: ClusterAccess, timeoutMs = 20_000) {
  const config = await loadClusterConfig(access);
  const requests = await createClusterRequests(config, timeoutMs);
  const { client, limited, report } = requests;
  const core = config.makeApiClient(client.CoreV1Api);
  const apps = config.makeApiClient(client.AppsV1Api);
  const objects = config.makeApiClient(client.CustomObjectsApi);
  const { isAllowedTo } = createAccessReviews(config, requests);
  return {
    isAllowedTo,

    /** A CustomResourceDefinition as the API server has it; `undefined` if there is none. */
    readDefinition: (name: string): Promise<unknown> =>
      report(`read the CustomResourceDefinition ${name}`, () =>
        unlessCode([404], () => objects.getClusterCustomObject({ ...definitions, name }, limited)),
      ),

    /** A NetworkPolicy as the API server has it; `undefined` if there is none. */
    readNetworkPolicy: (namespace: string, name: string): Promise<unknown> =>
      report(`read the NetworkPolicy ${name} in the namespace ${namespace}`, () =>
        unlessCode([404], () =>
          objects.getNamespacedCustomObject({ ...networkPolicies, namespace, name }, limited),
        ),
      ),

    /** A policy of admission, or its binding, as the API server has it; `undefined` if there is none. */
    readAdmission: (kind: keyof typeof admissions, name: string): Promise<unknown> =>
      report(`read the ${kind} ${name}`, () =>
        unlessCode([404], () =>
          objects.getClusterCustomObject({ ...admissions[kind], name }, limited),
        ),
      ),

    listDeployments: (namespace: string): Promise<readonly DeploymentFacts[]> =>
      report(`list the Deployments in the namespace ${namespace}`, async () => {
        const { items } = await apps.listNamespacedDeployment({ namespace }, limited);
        return items.map(deploymentFacts);
      }),

    listPods: (namespace: string): Promise<readonly PodFacts[]> =>
      report(`list the pods in the namespace ${namespace}`, async () => {
        const { items } = await core.listNamespacedPod({ namespace }, limited);
        return items.map(podFacts);
      }),

    /** Value under a key of a ConfigMap; `undefined` if there is none. */
    readConfigMapKey: (namespace: string, name: string, key: string): Promise<string | undefined> =>
      report(`read the ConfigMap ${name} in the namespace ${namespace}`, async () => {
        const found = await unlessCode([404], () =>
          core.readNamespacedConfigMap({ namespace, name }, limited),
        );
        return found?.data?.[key];
      }),

    /** The value under a key of a Secret, which is secret; `undefined` if there is none. */
    readSecretKey: (namespace: string, name: string, key: string): Promise<string | undefined> =>
      report(`read the Secret ${name} in the namespace ${namespace}`, async () => {
        const found = await unlessCode([404], () =>
          core.readNamespacedSecret({ namespace, name }, limited),
        );
        const held = found?.data?.[key];
        return held === undefined ? undefined : Buffer.from(held, "base64").toString("utf8");
      }),

    /** Where the connections to a port of a Service go; `undefined` if there is no such Service. */
    readServicePort: (
      namespace: string,
      name: string,
      port: number,
    ): Promise<ServicePort | undefined> =>
      report(`read the Service ${name} in the namespace ${namespace}`, async () => {
        const found = await unlessCode([404], () =>
          core.readNamespacedService({ namespace, name }, limited),
        );
        const target = found?.spec?.ports?.find((each) => each.port === port)?.targetPort ?? port;
        const selector = found?.spec?.selector;
        return selector && { selector, target };
      }),

    /** Sends a request to a pod, see {@link requestPod}. */
    requestPod: (wanted: PodRequest): Promise<PodAnswer> =>
      report(
        `forward a request to the pod ${wanted.pod} in the namespace ${wanted.namespace}`,
        () => requestPod(config, wanted, timeoutMs),
      ),
  };
}

const definitions = {
  group: "apiextensions.k8s.io",
  version: "v1",
  plural: "customresourcedefinitions",
} as const;

const networkPolicies = {
  group: "networking.k8s.io",
  version: "v1",
  plural: "networkpolicies",
} as const;

const admission = { group: "admissionregistration.k8s.io", version: "v1" } as const;

const admissions = {
  ValidatingAdmissionPolicy: { ...admission, plural: "validatingadmissionpolicies" },
  ValidatingAdmissionPolicyBinding: { ...admission, plural: "validatingadmissionpolicybindings" },
} as const;

/** A port of a Service. */
interface ServicePort {
  /** Labels of its pods. */
  readonly selector: Readonly<Record<string, string>>;
  /** Number or name of the port of a pod. */
  readonly target: number | string;
}
