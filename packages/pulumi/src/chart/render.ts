import { existsSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { getVersion } from "@pulumi/kubernetes/utilities.js";
import * as pulumi from "@pulumi/pulumi";
import * as z from "zod/mini";

/** A chart to render, as a `Chart` of the Kubernetes provider has it. */
export interface ChartToRender {
  readonly name: string;
  readonly namespace: string;
  readonly chart: string;
  readonly version: string;
  readonly repositoryOpts?: { readonly repo: string };
  readonly values: pulumi.Inputs;
}

/** An object as the chart renders it. */
export type RenderedObject = z.infer<typeof rendered>;

/**
 * Renders a chart by a function of the Kubernetes provider that asks no cluster, and for which
 * `lookup` finds nothing. Without hooks, as a `Chart` leaves them out.
 * @see https://github.com/pulumi/pulumi-kubernetes/blob/v4.34.0/provider/pkg/provider/invoke_helm_template.go
 */
export async function renderChart(
  chart: ChartToRender,
  provider: pulumi.ProviderResource | undefined,
): Promise<readonly RenderedObject[]> {
  const options = { version: getVersion(), ...(provider && { provider }) };
  const jsonOpts = pulumi.output(optionsOf(chart)).apply((known) => JSON.stringify(known));
  const answer: unknown = await pulumi.runtime.invoke(
    "kubernetes:helm:template",
    { jsonOpts },
    options,
  );
  return z
    .object({ result: z.array(rendered) })
    .parse(answer)
    .result.filter(({ metadata }) => metadata.annotations?.["helm.sh/hook"] === undefined);
}

const rendered = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({
    name: z.string(),
    namespace: z.optional(z.string()),
    annotations: z.nullish(z.record(z.string(), z.unknown())),
  }),
});

/** A folder or an archive is named by where it is, and what is fetched by where it comes from. */
function optionsOf({ name, namespace, chart, version, repositoryOpts, values }: ChartToRender) {
  const common = { release_name: name, namespace, values, skip_crd_rendering: true };
  if (repositoryOpts === undefined && existsSync(chart)) {
    const path = resolve(chart);
    return { ...common, chart: basename(path), path: dirname(path) };
  }
  return { ...common, chart, version, fetch_opts: { repo: repositoryOpts?.repo } };
}
