import type { EnvironmentNames } from "@opconnect/core";
import { setsConnectReplicas } from "../components/chart-values.ts";
import { managedBy } from "../components/owned-fields.ts";
import type { ChartValues } from "../components/values-schema.ts";
import type { ChartPatches } from "./chart-patches.ts";
import { type ChartSource, isOci } from "./chart-source.ts";
import { type Manifest, renderYaml } from "./manifest.ts";
import { restartedPointer } from "./restarts.ts";

/** The chart with all that it is given. */
export interface Release {
  readonly names: EnvironmentNames;
  readonly source: ChartSource;
  readonly values: ChartValues;
  readonly patches: ChartPatches;
}

/**
 * The chart for Flux: its repository, and a HelmRelease that Kustomize patches after Helm. Other
 * objects are put right where they were changed in the cluster, so this one is, too.
 * @see https://fluxcd.io/flux/components/helm/helmreleases/
 */
export function fluxRelease({ names, source, values, patches }: Release): readonly Manifest[] {
  const metadata = { name: names.release, namespace: names.namespace, labels: managedBy };
  const again = { remediation: { retries: -1 } };
  return [
    {
      apiVersion: "source.toolkit.fluxcd.io/v1",
      kind: "HelmRepository",
      metadata,
      spec: {
        interval: "1h0m0s",
        url: source.repository,
        ...(isOci(source) && { type: "oci" }),
      },
    },
    {
      apiVersion: "helm.toolkit.fluxcd.io/v2",
      kind: "HelmRelease",
      metadata,
      spec: {
        interval: "10m0s",
        releaseName: names.release,
        chart: {
          spec: {
            chart: source.chart,
            version: source.version,
            sourceRef: { kind: "HelmRepository", name: names.release },
          },
        },
        // The definition of OnePasswordItems is a file of its own, since Helm would never upgrade it.
        install: { crds: "Skip", ...again },
        upgrade: { crds: "Skip", ...again },
        driftDetection: { mode: "enabled", ignore: ignored(names, values) },
        values,
        postRenderers: [
          {
            kustomize: {
              patches: patches.patches.map(({ target, patch }) => ({
                target,
                patch: renderYaml(patch),
              })),
              ...(patches.images.length > 0 && { images: patches.images }),
            },
          },
        ],
      },
    },
  ];
}

/** What others than Flux decide. */
function ignored(names: EnvironmentNames, values: ChartValues) {
  return [
    { paths: [restartedPointer], target: { kind: "Deployment" } },
    ...(setsConnectReplicas(values)
      ? []
      : [
          {
            paths: ["/spec/replicas"],
            target: { kind: "Deployment", name: names.connectApplication },
          },
        ]),
  ];
}

/** Annotation by which Flux keeps an object that is in Git no more. */
export const keptByFlux = { "kustomize.toolkit.fluxcd.io/prune": "disabled" } as const;
