import { getVersion } from "@pulumi/kubernetes/utilities.js";
import * as pulumi from "@pulumi/pulumi";
import { type ClusterTarget, sightOfCluster } from "../resources/cluster-target.ts";
import { divertChart } from "./registration.ts";
import { type ChartToRender, type RenderedObject, renderChart } from "./render.ts";

/** A chart that a preview may have to show without its cluster. */
export interface PreviewedChart extends ChartToRender {
  /** Name of the resource. */
  readonly resourceName: string;
  readonly target: ClusterTarget;
  readonly provider: pulumi.ProviderResource | undefined;
  /** The component, once it is constructed. */
  readonly component: () => pulumi.Resource;
}

/**
 * Shows a chart in a preview also where the Kubernetes provider cannot: it renders a chart only with
 * a cluster, and an identity, that let its notes look up Secrets. What was deployed would otherwise
 * show as deleted. Its objects are then those of the program, under the same names.
 */
export function previewWithoutCluster(chart: PreviewedChart): void {
  if (!pulumi.runtime.isDryRun()) return;
  divertChart(chart.resourceName, {
    async isNeeded() {
      const { hidden, isToBeMade, showsSecrets } = await sightOfCluster(chart.target);
      return hidden !== undefined || isToBeMade === true || showsSecrets === false;
    },
    async makeChildren() {
      for (const object of await objectsOf(chart)) makeObject(chart, object);
    },
  });
}

/**
 * A provider of a cluster that is yet to be made runs nothing: another one renders for it, if Pulumi
 * may make one of its own accord.
 */
async function objectsOf(chart: PreviewedChart): Promise<readonly RenderedObject[]> {
  const { isToBeMade } = await sightOfCluster(chart.target);
  if (!isToBeMade) return renderChart(chart, chart.provider);
  return renderChart(chart, undefined).catch(() => []);
}

function makeObject(
  { resourceName, component, provider }: PreviewedChart,
  { apiVersion, kind, metadata, ...rest }: RenderedObject,
): ChartObject {
  const group = apiVersion.includes("/") ? apiVersion : `core/${apiVersion}`;
  const { namespace, name } = metadata;
  const path = namespace === undefined ? name : `${namespace}/${name}`;
  return new ChartObject(
    `kubernetes:${group}:${kind}`,
    `${resourceName}:${path}`,
    { apiVersion, kind, metadata, ...rest },
    { parent: component(), version: getVersion(), ...(provider && { provider }) },
  );
}

class ChartObject extends pulumi.CustomResource {}
