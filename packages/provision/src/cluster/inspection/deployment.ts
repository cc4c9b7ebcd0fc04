import type { V1Deployment, V1EnvVar } from "../kubernetes-client.ts";

/** A Deployment, as far as its health goes. */
export interface DeploymentFacts {
  readonly name: string;
  /** How many pods it shall have. */
  readonly replicas: number;
  /** How many pods it has of its current template. */
  readonly currentPods: number;
  /** What keeps it from having them, in the words of Kubernetes; empty if nothing does. */
  readonly trouble: string;
  /** ServiceAccount that its pods run as. */
  readonly serviceAccount: string;
  /** Images of its containers, e.g. `1password/onepassword-operator:1.12.0`. */
  readonly images: readonly string[];
  /** Labels that its pods have. */
  readonly selector: Readonly<Record<string, string>>;
  /** Annotations of its pod template. */
  readonly podAnnotations: Readonly<Record<string, string>>;
  /** Variables of its containers: a text, or a key of a ConfigMap or a Secret. */
  readonly variables: ReadonlyMap<string, VariableSource>;
  /** ConfigMaps whose keys are variables too where `variables` has none; the first one wins. */
  readonly configMaps: readonly string[];
  /** Secrets that its containers have as folders, by the paths of these. */
  readonly mounted: ReadonlyMap<string, string>;
}

/** Where a container has the value of a variable from. */
export type VariableSource =
  | { readonly from: "text"; readonly text: string }
  | { readonly from: "config-map" | "secret"; readonly name: string; readonly key: string };

/** Reads a Deployment as the API server sends it. */
export function deploymentFacts(deployment: V1Deployment): DeploymentFacts {
  const { metadata, spec, status } = deployment;
  const { containers = [], volumes = [] } = spec?.template.spec ?? {};
  const secrets = new Map(volumes.map(({ name, secret }) => [name, secret?.secretName]));
  return {
    name: metadata?.name ?? "",
    replicas: spec?.replicas ?? 1,
    currentPods: currentPods(deployment),
    trouble: (status?.conditions ?? [])
      .filter(({ type, status: held }) => isTrouble.get(type) === held)
      .map(({ message = "" }) => message)
      .join("; "),
    serviceAccount: spec?.template.spec?.serviceAccountName ?? "default",
    images: containers.flatMap(({ image }) => image ?? []),
    selector: spec?.selector.matchLabels ?? {},
    podAnnotations: spec?.template.metadata?.annotations ?? {},
    variables: new Map(containers.flatMap(({ env = [] }) => env).flatMap(variable)),
    configMaps: containers
      .flatMap(({ envFrom = [] }) => envFrom)
      .flatMap(({ configMapRef, prefix }) => (prefix ? [] : (configMapRef?.name ?? [])))
      .reverse(),
    mounted: new Map(
      containers
        .flatMap(({ volumeMounts = [] }) => volumeMounts)
        .flatMap(({ name, mountPath }) => {
          const secret = secrets.get(name);
          return secret === undefined ? [] : [[mountPath, secret] as const];
        }),
    ),
  };
}

/** By condition, the status in which it tells of pods that are not made, or do not get ready. */
const isTrouble: ReadonlyMap<string, string> = new Map([
  ["ReplicaFailure", "True"],
  ["Progressing", "False"],
]);

/** Of a change that Kubernetes has not taken up yet it says nothing: what it says is about the one before. */
function currentPods({ metadata, spec, status }: V1Deployment): number {
  const { generation = 0 } = metadata ?? {};
  const { observedGeneration = generation, updatedReplicas } = status ?? {};
  if (observedGeneration < generation) return 0;
  return updatedReplicas ?? (status?.observedGeneration === undefined ? (spec?.replicas ?? 1) : 0);
}

function variable({ name, value, valueFrom }: V1EnvVar): readonly [string, VariableSource][] {
  if (valueFrom === undefined) return [[name, { from: "text", text: value ?? "" }]];
  const { configMapKeyRef, secretKeyRef } = valueFrom;
  const reference = configMapKeyRef ?? secretKeyRef;
  if (reference?.name === undefined) return [];
  const from = configMapKeyRef === undefined ? "secret" : "config-map";
  return [[name, { from, name: reference.name, key: reference.key }]];
}
