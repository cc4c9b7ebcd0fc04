import greaterThan from "semver/functions/gt.js";
import parseVersion from "semver/functions/parse.js";
import { ConnectError } from "../error/connect-error.ts";
import { quote } from "../error/quote.ts";
import { isRecord } from "../json.ts";
import {
  type ChartFacts,
  knownCharts,
  latestChart,
  latestChartVersion,
  supportedChartVersions,
} from "./known-charts.ts";

/**
 * Facts about a version of the chart `connect`. A version newer than {@link latestChartVersion} is
 * taken for like that one: a release of the chart must not stop a deployment.
 * @param version Exact version, e.g. `"2.4.1"`.
 * @throws `CHART_VERSION_INVALID` if that is no full version.
 * @throws `CHART_VERSION_UNSUPPORTED` if it is an older one that does not exist or cannot work.
 * @see https://github.com/1Password/connect-helm-charts/blob/main/charts/connect/CHANGELOG.md
 */
export function chartFacts(version: string): ChartFacts {
  const facts = knownCharts.find((candidate) => candidate.version === version);
  if (facts !== undefined) return facts;
  if (!fullVersion.test(version) || parseVersion(version) === null) {
    throw new ConnectError(
      "CHART_VERSION_INVALID",
      `The chart version is ${quote(version)}.`,
      `Write all three numbers and nothing else, as in "${latestChartVersion}".`,
    );
  }
  if (greaterThan(version, latestChartVersion)) {
    const unknown = { connectVersion: undefined, operatorVersion: undefined };
    return { ...latestChart, ...unknown, version, isKnown: false };
  }
  const nearest = supportedChartVersions.find((candidate) => greaterThan(candidate, version));
  const why = version === "2.0.0" ? " It ignores every token Secret but the chart's own." : "";
  throw new ConnectError(
    "CHART_VERSION_UNSUPPORTED",
    `Version ${quote(version)} of the chart "connect" is not supported.${why}`,
    `Use ${nearest ?? latestChartVersion}, the nearest one that is.`,
  );
}

/**
 * Version of the operator that a chart deploys; none where that is not known.
 * @param values The user's own, which may name another: `operator.version`.
 * @throws as {@link chartFacts}.
 */
export function operatorVersionOf(
  version: string,
  values: Readonly<Record<string, unknown>> = {},
): string | undefined {
  const { operator } = values;
  const said = isRecord(operator) ? operator.version : undefined;
  if (said === undefined || said === null || said === "")
    return chartFacts(version).operatorVersion;
  return typeof said === "string" && parseVersion(said) !== null ? said : undefined;
}

/** @see https://semver.org */
const fullVersion = /^(?:0|[1-9]\d*)(?:\.(?:0|[1-9]\d*)){2}(?:[-+][0-9A-Za-z.+-]+)?$/;

/** Variable of the operator's container: namespaces with commas between, all if it is empty. */
export const watchVariable = "WATCH_NAMESPACE";
