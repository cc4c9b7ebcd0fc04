import { readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { chartFacts } from "@opconnect/core/chart-facts";
import { ConnectError } from "@opconnect/core/connect-error";
import { hasCode } from "@opconnect/core/has-code";
import { isRecord } from "@opconnect/core/json";
import { latestChartVersion } from "@opconnect/core/known-charts";
import * as pulumi from "@pulumi/pulumi";
import type * as Tar from "tar";
import type * as Yaml from "yaml";
import * as z from "zod/mini";
import { chartVersion } from "../input/names.ts";
import { fields, text } from "../input/schema.ts";

/** Which chart is installed. Plain: it is looked into before anything else. */
export interface ChartArgs {
  /**
   * Version of 1Password's chart `connect`. One newer than the default is installed with a warning,
   * as if it were that.
   * @default "2.4.1"
   */
  readonly version?: string | undefined;
  /**
   * Folder or archive of the chart, e.g. a vendored copy or `oci://` address of a mirror. It has to
   * be the chart `connect` in the version given: a folder or an archive is looked into before
   * anything is made, what lies at an address when it is rendered.
   * @default - 1Password's Helm repository
   */
  readonly path?: string | undefined;
}

/** Checks which chart is meant, without a look at it. */
export const chartSchema = fields<ChartArgs>(() => ({
  version: z.optional(chartVersion),
  path: z.optional(text("the path or the address of a chart")),
}));

/**
 * Returns the version of the chart, after a look into its folder or archive.
 * @throws `ARGUMENT_INVALID` if `path` is none of that version.
 */
export function checkChart({ version = latestChartVersion, path }: ChartArgs = {}): string {
  if (path === undefined || address.test(path)) return version;
  const chart = chartIn(path);
  if (chart.name !== "connect") {
    throw new ConnectError(
      "ARGUMENT_INVALID",
      `\`chart.path\` is "${path}", which holds ${describe(chart.name)} instead of 1Password's chart "connect".`,
      remedy,
    );
  }
  requireChartVersion(String(chart.version), version);
  return version;
}

/** Warns of a chart that this release does not know yet. */
export function warnOfNewerChart(version: string, resource: pulumi.Resource): void {
  if (chartFacts(version).isKnown) return;
  pulumi.log.warn(
    `Version ${version} of the chart "connect" is newer than ${latestChartVersion}, the newest that this release of opconnect knows: it is installed as if it were that. See its changelog, and update opconnect when a release knows it.`,
    resource,
  );
}

/**
 * Charts before 2.0.1 pass over a service account without a word: the operator would look for Connect.
 * @throws `CHART_VERSION_UNSUPPORTED`.
 */
export function requireServiceAccounts(version: string): void {
  if (!version.startsWith("1.")) return;
  throw new ConnectError(
    "CHART_VERSION_UNSUPPORTED",
    `Version ${version} of the chart "connect" knows no service accounts.`,
    "Use 2.0.1, the nearest one that does; operators before 1.9.1, of 2.0.1, end at items with files.",
  );
}

/**
 * The version decides how Connect gets its credentials. Helm takes whatever version is in there.
 * @throws `ARGUMENT_INVALID` if the chart is of another version than the one said.
 */
export function requireChartVersion(found: string, said: string): void {
  if (found === said) return;
  throw new ConnectError(
    "ARGUMENT_INVALID",
    `\`chart.path\` holds version ${found} of the chart, \`chart.version\` says ${said}.`,
    "Make them the same: the version decides how Connect gets its credentials.",
  );
}

const address = /^[a-z][a-z0-9+.-]+:\/\//i;

const remedy =
  "Pass the folder of 1Password's chart, which has a Chart.yaml, its .tgz, or an `oci://` address.";

/** What Chart.yaml says. */
function chartIn(path: string): Readonly<Record<string, unknown>> {
  try {
    const text = statSync(path).isDirectory()
      ? readFileSync(join(path, "Chart.yaml"), "utf8")
      : textInArchive(path);
    const { parse }: typeof Yaml = require("yaml");
    const chart: unknown = text === undefined ? undefined : parse(text);
    if (isRecord(chart)) return chart;
  } catch (error) {
    if (hasCode(error, "ENOENT")) throw absent(path);
  }
  throw new ConnectError(
    "ARGUMENT_INVALID",
    `\`chart.path\` is "${path}", which is no chart.`,
    remedy,
  );
}

function absent(path: string): ConnectError {
  return new ConnectError(
    "ARGUMENT_INVALID",
    `\`chart.path\` is "${path}": there is no chart in ${process.cwd()} by that path.`,
    remedy,
  );
}

/** The only Chart.yaml that is not one of a dependency: in the archive's only folder. */
function textInArchive(file: string): string | undefined {
  const { list }: typeof Tar = require("tar");
  const parts: Buffer[] = [];
  list({
    file,
    sync: true,
    strict: true,
    filter: (name) => /^(\.\/)?[^/]+\/Chart\.yaml$/.test(name),
    onReadEntry: (entry) => entry.on("data", (part) => parts.push(part)),
  });
  return parts.length === 0 ? undefined : Buffer.concat(parts).toString("utf8");
}

/** Only for whom passes a path: to load these takes time. */
const require = createRequire(import.meta.url);

function describe(name: unknown): string {
  return typeof name === "string" ? `the chart "${name}"` : "a chart without a name";
}
