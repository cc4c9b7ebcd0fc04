import { join } from "node:path";
import { isMap, type PropertyMap, propertyAt, textAt } from "../../property-value.ts";
import type { Cluster } from "../cluster.ts";
import { placeObjects } from "./chart.ts";
import { renderChart } from "./helm-template.ts";

/**
 * Renders a chart for programs that make its objects themselves. It asks no cluster for what templates
 * look up, so that it works without one. Hooks it leaves out, while the real one renders those that
 * are no tests.
 * @see https://github.com/pulumi/pulumi-kubernetes/blob/v4.34.0/provider/pkg/provider/invoke_helm_template.go
 */
export async function templateChart(cluster: Cluster, inputs: PropertyMap): Promise<PropertyMap> {
  const { jsonOpts } = inputs;
  if (typeof jsonOpts !== "string") {
    throw new Error("missing required field 'jsonOpts' of type string");
  }
  const options: PropertyMap = JSON.parse(jsonOpts);
  const namespace = textAt(options, "namespace") ?? "default";
  const path = textAt(options, "path");
  const chart = textAt(options, "chart") ?? "";
  const values = propertyAt(options, "values");
  const rendered = await renderChart(
    {
      releaseName: textAt(options, "release_name") ?? "",
      chart: path === undefined ? chart : join(path, chart),
      version: textAt(options, "version"),
      repository: textAt(options, "fetch_opts", "repo"),
      namespace,
      values: isMap(values) ? values : {},
      skipCrds: options.skip_crd_rendering === true,
      ...{ devel: false, dependencyUpdate: false, isOffline: true },
      ...(cluster.connection && { kubeVersion: cluster.connection.version }),
      apiVersions: [],
    },
    cluster.settings,
    cluster.cancelled,
  );
  return { result: [...(await placeObjects(cluster, rendered, namespace))] };
}
