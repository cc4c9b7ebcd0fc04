import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { parseAllDocuments } from "yaml";
import { isMap, type PropertyMap, type PropertyValue } from "../../property-value.ts";
import type { ClusterSettings } from "../cluster.ts";
import { kubeconfigPath } from "../kubeconfig.ts";

/** A chart to render. */
export interface ChartToRender {
  readonly releaseName: string;
  /** Path, name in a repository, or URL. */
  readonly chart: string;
  readonly version?: string | undefined;
  readonly repository?: string | undefined;
  readonly namespace: string;
  readonly values: PropertyMap;
  readonly skipCrds: boolean;
  readonly devel: boolean;
  readonly dependencyUpdate: boolean;
  /** What the cluster serves, which templates may ask for; without one, Helm's own idea of it. */
  readonly kubeVersion?: string;
  readonly apiVersions: readonly string[];
  /** Whether no cluster is asked: what templates look up is not there then. */
  readonly isOffline?: boolean;
}

/**
 * Renders a chart's objects with `helm template`, without its hooks. Templates may look objects up
 * in the cluster. Values go through a pipe: they may be secret.
 */
export async function renderChart(
  chart: ChartToRender,
  settings: ClusterSettings,
  cancelled: AbortSignal,
): Promise<readonly PropertyMap[]> {
  const directory = await mkdtemp(join(tmpdir(), "opconnect-helm-"));
  try {
    const access = await accessArguments(settings, directory);
    const helmArguments = [...templateArguments(chart), ...access];
    const manifest = await runHelm(helmArguments, JSON.stringify(chart.values), cancelled);
    return parseManifest(manifest);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function templateArguments(chart: ChartToRender): readonly string[] {
  return [
    "template",
    chart.releaseName,
    chart.chart,
    ...["--namespace", chart.namespace, "--values", "-", "--no-hooks"],
    `--dry-run=${chart.isOffline ? "client" : "server"}`,
    ...(chart.skipCrds ? ["--skip-crds"] : ["--include-crds"]),
    ...(chart.version ? ["--version", chart.version] : []),
    ...(chart.repository ? ["--repo", chart.repository] : []),
    ...(chart.devel ? ["--devel"] : []),
    ...(chart.dependencyUpdate ? ["--dependency-update"] : []),
    ...(chart.kubeVersion ? ["--kube-version", chart.kubeVersion] : []),
    ...chart.apiVersions.flatMap((version) => ["--api-versions", version]),
  ];
}

/** Helm only takes a kubeconfig as a file. */
async function accessArguments(settings: ClusterSettings, directory: string): Promise<string[]> {
  const { kubeconfig, context } = settings;
  const contextArguments = context === undefined ? [] : ["--kube-context", context];
  if (kubeconfig === undefined) return contextArguments;
  const path = kubeconfigPath(kubeconfig) ?? join(directory, "kubeconfig");
  if (path.startsWith(directory)) await writeFile(path, kubeconfig, { mode: 0o600 });
  return ["--kubeconfig", path, ...contextArguments];
}

async function runHelm(
  helmArguments: readonly string[],
  values: string,
  cancelled: AbortSignal,
): Promise<string> {
  const helm = spawn("helm", helmArguments, { signal: cancelled });
  const ended = new Promise<number | null>((resolve, reject) => {
    helm.on("error", reject);
    helm.on("close", resolve);
  });
  // Helm may refuse before it reads the values; its own message says why.
  helm.stdin.on("error", () => undefined);
  helm.stdin.end(values);
  const [output, complaint, code] = await Promise.all([
    text(helm.stdout),
    text(helm.stderr),
    ended,
  ]);
  if (code === 0) return output;
  throw new Error(`helm template failed: ${complaint.trim()}`);
}

function parseManifest(manifest: string): readonly PropertyMap[] {
  const documents = parseAllDocuments(manifest, { logLevel: "error" });
  if (!Array.isArray(documents)) return [];
  return documents.flatMap((document) => {
    const [error] = document.errors;
    if (error) throw new Error(`The chart renders invalid YAML: ${error.message}`);
    const object: PropertyValue = document.toJSON();
    return isMap(object) ? [object] : [];
  });
}
