/** What this library relies on in one version of the Helm chart `connect`. */
export interface ChartFacts {
  /** Version of the chart, e.g. `"2.4.1"`. */
  readonly version: string;
  /** Whether this release knows the version, or takes a newer one for like the newest it knows. */
  readonly isKnown: boolean;
  /** Version of Connect that the chart deploys by default; none of a chart that is not known. */
  readonly connectVersion: string | undefined;
  /** Version of the operator that the chart deploys by default; none of a chart that is not known. */
  readonly operatorVersion: string | undefined;
  /**
   * How Connect's containers get the credentials file: as base64 in an environment variable, or
   * mounted as it is.
   * @see https://github.com/1Password/connect-helm-charts/pull/196
   */
  readonly credentialsFrom: "environment" | "file";
}

/** The default, and what documentation shows. Another version takes its place here only. */
export const latestChart = chart("2.4.1", "1.8.2", "1.12.0", "file");

/** Read from `Chart.yaml`, `values.yaml` and the Deployments of each tag of the chart. */
export const knownCharts: readonly ChartFacts[] = [
  chart("1.17.0", "1.7.3", "1.8.1", "environment"),
  chart("1.17.1", "1.7.3", "1.8.1", "environment"),
  chart("2.0.1", "1.7.3", "1.9.0", "environment"),
  chart("2.0.2", "1.7.3", "1.9.1", "environment"),
  chart("2.0.3", "1.7.3", "1.9.1", "environment"),
  chart("2.0.4", "1.8.0", "1.9.1", "environment"),
  chart("2.0.5", "1.8.1", "1.9.1", "environment"),
  chart("2.1.0", "1.8.1", "1.9.1", "environment"),
  chart("2.1.1", "1.8.1", "1.9.1", "environment"),
  chart("2.2.0", "1.8.1", "1.9.1", "environment"),
  chart("2.2.1", "1.8.1", "1.10.1", "environment"),
  chart("2.3.0", "1.8.1", "1.11.0", "file"),
  chart("2.4.0", "1.8.2", "1.11.0", "file"),
  latestChart,
];

function chart(
  version: string,
  connectVersion: string,
  operatorVersion: string,
  credentialsFrom: ChartFacts["credentialsFrom"],
): ChartFacts {
  return { version, isKnown: true, connectVersion, operatorVersion, credentialsFrom };
}

/**
 * Versions of the chart `connect` that this release knows, oldest first. 2.0.0 is not among them:
 * it gives the operator no token unless the token's value stands in the chart's values.
 */
export const supportedChartVersions: readonly string[] = knownCharts.map(({ version }) => version);

/** Newest version of the chart `connect` that this release knows. */
export const latestChartVersion = latestChart.version;
