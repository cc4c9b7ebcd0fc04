import type { EnvironmentNames } from "@opconnect/core";
import { setsConnectReplicas } from "../components/chart-values.ts";
import { managedBy } from "../components/owned-fields.ts";
import type { GitOpsSource } from "./args.ts";
import type { Release } from "./flux.ts";
import { type Manifest, renderYaml } from "./manifest.ts";
import { restartedPointer } from "./restarts.ts";

/**
 * The chart for Argo CD, as fields of the Kustomization of the folder: Helm renders it for Kustomize,
 * which patches it. Argo CD itself has no way to patch what Helm renders.
 * @see https://argo-cd.readthedocs.io/en/stable/user-guide/kustomize/#kustomizing-helm-charts
 */
export function kustomizedRelease({ names, source, values, patches }: Release) {
  return {
    helmCharts: [
      {
        name: source.chart,
        repo: source.repository,
        version: source.version,
        releaseName: names.release,
        namespace: names.namespace,
        // The definition of OnePasswordItems is a file of its own.
        includeCRDs: false,
        skipTests: true,
        valuesInline: values,
      },
    ],
    patches: patches.patches.map(({ target, patch }) => ({ target, patch: renderYaml(patch) })),
    ...(patches.images.length > 0 && { images: patches.images }),
  };
}

/**
 * The Application that deploys the folder. It goes where Argo CD runs, by hand or by an Application of
 * Applications; deleting it deletes what it has deployed, in the order of the waves from the last on.
 * @see https://argo-cd.readthedocs.io/en/stable/operator-manual/application.yaml
 */
export function application(
  names: EnvironmentNames,
  values: Release["values"],
  { repository, path, revision = "HEAD" }: GitOpsSource,
): Manifest {
  return {
    apiVersion: "argoproj.io/v1alpha1",
    kind: "Application",
    metadata: {
      name: names.release,
      namespace: "argocd",
      labels: managedBy,
      finalizers: ["resources-finalizer.argocd.argoproj.io"],
    },
    spec: {
      project: "default",
      source: { repoURL: repository, path, targetRevision: revision },
      destination: { server: "https://kubernetes.default.svc", namespace: names.namespace },
      syncPolicy: {
        automated: { prune: true, selfHeal: true },
        // Former credentials go once all pods run with new ones.
        syncOptions: ["ServerSideApply=true", "PruneLast=true", "RespectIgnoreDifferences=true"],
        retry: { limit: -1, backoff: { duration: "10s", factor: 2, maxDuration: "5m" } },
      },
      ignoreDifferences: ignored(names, values),
    },
  };
}

/** What the operator writes to objects that are in Git, and what an autoscaler or a person decides. */
function ignored(names: EnvironmentNames, values: Release["values"]) {
  return [
    {
      group: "onepassword.com",
      kind: "OnePasswordItem",
      jsonPointers: ["/metadata/finalizers", "/status"],
    },
    { group: "apps", kind: "Deployment", jsonPointers: [restartedPointer] },
    ...(setsConnectReplicas(values)
      ? []
      : [
          {
            group: "apps",
            kind: "Deployment",
            name: names.connectApplication,
            jsonPointers: ["/spec/replicas"],
          },
        ]),
  ];
}

/**
 * What is deployed after what, the chart being in the wave 0: the credentials are there before pods
 * ask for them, policies before what they guard, and the operator goes after its items.
 * @see https://argo-cd.readthedocs.io/en/stable/user-guide/sync-waves/
 */
export const waves = { base: -3, credentials: -2, policies: -1, items: 1 } as const;

/** The objects of a wave. */
export function inWave(wave: number, manifests: readonly Manifest[]): readonly Manifest[] {
  return manifests.map((manifest) =>
    annotated(manifest, { "argocd.argoproj.io/sync-wave": String(wave) }),
  );
}

/** The object with more annotations. */
export function annotated(
  manifest: Manifest,
  annotations: Readonly<Record<string, string>>,
): Manifest {
  const { metadata } = manifest;
  const all = { ...metadata.annotations, ...annotations };
  return { ...manifest, metadata: { ...metadata, annotations: all } };
}

/** Annotation by which Argo CD keeps an object that is in Git no more, or whose Application goes. */
export const keptByArgoCd = {
  "argocd.argoproj.io/sync-options": "Prune=false,Delete=false",
} as const;
