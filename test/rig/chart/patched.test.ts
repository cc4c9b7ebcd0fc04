import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { chartFacts, createConvention, latestChartVersion } from "@opconnect/core";
import type { ResourceTransform } from "@pulumi/pulumi";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { recordResources } from "../../../packages/pulumi/fixtures/recorder.ts";
import {
  annotatePods,
  leaveReplicas,
} from "../../../packages/pulumi/src/components/chart-transforms.ts";
import { harden } from "../../../packages/pulumi/src/components/hardening/harden.ts";
import { cutRights } from "../../../packages/pulumi/src/components/operator/rights.ts";
import type { ConnectEnvironmentArgs } from "../../../packages/pulumi/src/environment/args.ts";
import { ConnectEnvironment } from "../../../packages/pulumi/src/environment/connect-environment.ts";
import { helm, kustomize } from "../tools/catalog.ts";
import { ensureTool } from "../tools/ensure-tool.ts";
import { findOnPath } from "../tools/find-on-path.ts";
import { materializeChart } from "./index.ts";

const run = promisify(execFile);
const names = createConvention().names({ client: "acme", environment: "prod" });
let directory: string;
let programs: { readonly helm: string; readonly kustomize: string };

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "opconnect-patched-"));
  const find = async (tool: typeof helm) =>
    findOnPath(tool.name) ?? join(await ensureTool(tool, () => undefined), tool.name);
  programs = { helm: await find(helm), kustomize: await find(kustomize) };
}, 600_000);

afterAll(() => rm(directory, { recursive: true }));

// biome-ignore lint/suspicious/noExplicitAny: what is rendered has no type.
type Rendered = any;

const digest = `sha256:${"0".repeat(64)}`;
const cases: readonly [string, string, Partial<ConnectEnvironmentArgs>][] = [
  ["1.17.0", "with no more than it needs", {}],
  ["2.2.1", "for the whole cluster", { operator: { watchNamespaces: "all" } }],
  ["2.3.0", "with three pods of Connect", { connect: { replicas: 3 } }],
  [
    latestChartVersion,
    "from a registry of one's own, by digests",
    {
      images: {
        registry: "mirror.example:5000/hub",
        digests: {
          "1password/connect-api:1.8.2": digest,
          "1password/connect-sync:1.8.2": digest,
          "1password/onepassword-operator:1.12.0": digest,
        },
      },
      pods: { priorityClass: "platform", tolerations: [{ operator: "Exists" }] },
    },
  ],
];

describe.each(cases)("chart %s %s", (version, _, args) => {
  test.each(["flux", "argocd"] as const)("%s deploys what Pulumi does", async (tool) => {
    const chart = await chartFolder(version);
    const { values } = await inputsOf(":Chart", { ...args, chart: { version } });
    const byPulumi = await Promise.all(
      (await render(chart, values as object)).map((object) => transformed(object, version, args)),
    );
    const files = await filesFor(tool, { ...args, chart: { version } });
    const written =
      tool === "flux" ? await asFlux(chart, files) : await asArgoCd(chart, version, files);
    expect(written.map(({ kind }) => kind)).toContain("Deployment");
    expect(told(written)).toEqual(told(byPulumi));
  });
});

async function chartFolder(version: string): Promise<string> {
  const parent = await mkdtemp(join(directory, "chart-"));
  return materializeChart(parent, version);
}

async function inputsOf(type: string, args: Partial<ConnectEnvironmentArgs>) {
  const resources = await recordResources(() => {
    const items = { db: { namespace: "app", vault: "app", item: "postgres" } };
    const given = { client: "acme", environment: "prod", vaults: ["app"], items, ...args };
    new ConnectEnvironment("acme-prod", given);
  });
  return resources.find((each) => each.type.endsWith(type))?.inputs ?? {};
}

async function filesFor(tool: "flux" | "argocd", args: Partial<ConnectEnvironmentArgs>) {
  const source = { repository: "https://git.example/acme.git", path: "clusters/acme-prod" };
  const gitOps = {
    ...{ tool, directory: "clusters/acme-prod", secretStore: { name: "aws" } },
    ...(tool === "argocd" && { source }),
  };
  const { files } = await inputsOf(":ManifestFolder", { ...args, gitOps });
  return files as Readonly<Record<string, string>>;
}

/** As Flux does: Helm by the values of the HelmRelease, and Kustomize by its post-renderers. */
async function asFlux(chart: string, files: Readonly<Record<string, string>>) {
  const { spec } = documents(files["release.yaml"] ?? "").find(
    ({ kind }: Rendered) => kind === "HelmRelease",
  ) as Rendered;
  const folder = await mkdtemp(join(directory, "flux-"));
  const [{ kustomize: patches }] = spec.postRenderers;
  await writeFile(join(folder, "chart.yaml"), await template(chart, spec.values));
  const kustomization = { resources: ["chart.yaml"], ...patches };
  await writeFile(join(folder, "kustomization.yaml"), JSON.stringify(kustomization));
  return build(folder);
}

/** As Argo CD does: by Kustomize, which has Helm render a chart that it does not have to fetch here. */
async function asArgoCd(chart: string, version: string, files: Readonly<Record<string, string>>) {
  const folder = await mkdtemp(join(directory, "argocd-"));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  const charts = join(folder, "charts", `connect-${version}`);
  await mkdir(charts, { recursive: true });
  await run("cp", ["-r", chart, charts]);
  const all = await build(folder, ["--enable-helm", "--helm-command", programs.helm]);
  return all.filter(({ metadata }) => metadata.labels?.["helm.sh/chart"] !== undefined);
}

async function build(folder: string, words: readonly string[] = []): Promise<readonly Rendered[]> {
  const { stdout } = await run(programs.kustomize, ["build", folder, ...words]);
  return documents(stdout);
}

async function render(chart: string, values: object): Promise<readonly Rendered[]> {
  return documents(await template(chart, values));
}

async function template(chart: string, values: object): Promise<string> {
  const file = join(await mkdtemp(join(directory, "values-")), "values.json");
  await writeFile(file, JSON.stringify(values));
  const words = ["template", names.release, chart, "--namespace", names.namespace];
  const { stdout } = await run(programs.helm, [...words, "--values", file]);
  return stdout;
}

function documents(text: string): readonly Rendered[] {
  const all = parseAllDocuments(text);
  return Array.isArray(all) ? all.flatMap((each) => each.toJSON() ?? []) : [];
}

/** What Pulumi makes of an object, but for what it does for its own sake. */
async function transformed(
  object: Rendered,
  version: string,
  args: Partial<ConnectEnvironmentArgs>,
) {
  const transforms: readonly ResourceTransform[] = [
    cutRights(names.clusterRole, chartFacts(version).operatorVersion),
    ...(args.connect?.replicas === undefined ? [leaveReplicas(names.connectApplication)] : []),
    annotatePods(Object.fromEntries(fingerprints.map((key) => [key, "fingerprint"]))),
    ...harden(args.images),
  ];
  let props = object;
  const type = `kubernetes:${object.apiVersion}:${object.kind}`;
  for (const transform of transforms) {
    const result = await transform({ type, name: "", custom: true, props, opts: {} });
    props = result?.props ?? props;
  }
  return props;
}

const fingerprints = ["opconnect/credentials-fingerprint", "opconnect/token-fingerprint"];

/** The objects by name, without what differs in form alone, or with every value that is stored. */
function told(objects: readonly Rendered[]): object {
  const own = [names.clusterCredentialsSecret, names.clusterTokenSecret];
  const text = JSON.stringify(objects, (key, value) => {
    if (fingerprints.includes(key)) return "fingerprint";
    if (value === null || (Array.isArray(value) && value.length === 0)) return undefined;
    if (typeof value === "string" && /^[a-z-]+-[0-9a-f]{10}$/.test(value)) {
      return own.find((name) => value.startsWith(`${name}-`)) ?? value;
    }
    return value;
  });
  // The test of chart 1.17 runs by `helm test` alone.
  const deployed = JSON.parse(text).filter(
    ({ metadata }: Rendered) => !metadata.annotations?.["helm.sh/hook"],
  );
  return Object.fromEntries(
    deployed.map((each: Rendered) => [
      `${each.kind} ${each.metadata.namespace ?? ""}/${each.metadata.name}`,
      each,
    ]),
  );
}
