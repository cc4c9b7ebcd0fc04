import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { createConvention, supportedChartVersions } from "@opconnect/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import {
  type ChartValuesArgs,
  chartValues,
} from "../../../packages/pulumi/src/components/chart-values.ts";
import { harden } from "../../../packages/pulumi/src/components/hardening/harden.ts";
import { helm } from "../tools/catalog.ts";
import { ensureTool } from "../tools/ensure-tool.ts";
import { findOnPath } from "../tools/find-on-path.ts";
import { userChart } from "./chart-folder.ts";
import { materializeChart } from "./index.ts";

const names = createConvention().names({ client: "acme", environment: "prod" });
let directory: string;
let program: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "opconnect-chart-"));
  program = findOnPath("helm") ?? join(await ensureTool(helm, () => undefined), helm.name);
}, 600_000);

afterAll(() => rm(directory, { recursive: true }));

// With OPCONNECT_CHART a version of 1Password's own chart, instead of the fixture's.
const charts = userChart() === undefined ? supportedChartVersions : ["the user's"];

describe.each(charts)("of chart %s", (chart) => {
  const digest = `sha256:${"0".repeat(64)}`;

  test("every pod has the placement, the pull secrets and the spread, and no selector changes", async () => {
    const tolerations = [{ key: "infra", operator: "Exists", effect: "NoSchedule" }] as const;
    const nodeSelector = { "kubernetes.io/os": "linux", spot: "false" };
    const pods = { priorityClass: "platform", nodeSelector, tolerations };
    const images = { pullSecrets: ["hub"] };
    const before = await deployments(chart, {}, []);
    const after = await deployments(chart, { pods, images });
    expect(after.map(({ spec }) => spec.selector)).toEqual(before.map(({ spec }) => spec.selector));
    for (const { spec } of after) {
      const { spec: pod, metadata } = spec.template;
      expect(pod).toMatchObject({ priorityClassName: "platform", nodeSelector, tolerations });
      expect(pod.imagePullSecrets).toEqual([{ name: "hub" }]);
      expect(metadata.labels).toMatchObject(spec.selector.matchLabels);
      const softly = { maxSkew: 1, whenUnsatisfiable: "ScheduleAnyway" };
      expect(pod.topologySpreadConstraints).toEqual(
        ["kubernetes.io/hostname", "topology.kubernetes.io/zone"].map((topologyKey) => ({
          ...softly,
          topologyKey,
          labelSelector: spec.selector,
        })),
      );
    }
  });

  test("every image comes from the one registry, by its digest", async () => {
    const found = imagesOf(await deployments(chart, {}, []));
    expect(found).toHaveLength(3);
    const digests = Object.fromEntries(found.map((image) => [image, digest]));
    const images = { registry: "mirror.example:5000/hub", digests };
    expect(imagesOf(await deployments(chart, { images }))).toEqual(
      found.map((image) => `mirror.example:5000/hub/${image}@${digest}`),
    );
  });

  test("an image that has no digest is refused, by the name that the chart gives it", async () => {
    const digests = { "1password/connect-api:0.0.0": digest };
    const [api, sync] = imagesOf(await deployments(chart, {}, []));
    await expect(deployments(chart, { images: { digests } })).rejects.toThrow(
      `\`images.digests\` has none for ${api} and ${sync}`,
    );
  });

  test("every pod is restricted, and every container asks for CPU and memory", async () => {
    for (const { spec } of await deployments(chart, {})) {
      const { securityContext, containers } = spec.template.spec;
      expect(securityContext).toMatchObject({
        runAsNonRoot: true,
        seccompProfile: { type: "RuntimeDefault" },
      });
      for (const { resources, securityContext: own, name } of containers) {
        expect(own.allowPrivilegeEscalation, name).toBe(false);
        expect(own.capabilities, name).toEqual({ drop: ["ALL"] });
        expect(own.runAsUser ?? securityContext.runAsUser, name).toBeGreaterThan(0);
        const { requests, limits } = resources;
        expect(requests.cpu, name).toBeDefined();
        // Kubernetes takes a limit for the request, too.
        expect(requests.memory ?? limits.memory, name).toBeDefined();
      }
    }
  });

  test("what the chart says of users and of the file system stays", async () => {
    const [before, after] = [await deployments(chart, {}, []), await deployments(chart, {})];
    const said = (all: readonly Rendered[]) =>
      all.flatMap(({ spec }) => {
        const { securityContext = {}, containers } = spec.template.spec;
        return containers.map(({ securityContext: own }: Rendered) => ({
          user: own.runAsUser ?? securityContext.runAsUser,
          group: own.runAsGroup ?? securityContext.runAsGroup,
          readOnly: own.readOnlyRootFilesystem,
          fsGroup: securityContext.fsGroup,
        }));
      });
    expect(said(after)).toEqual(said(before));
  });
});

type Args = Omit<ChartValuesArgs, "names" | "version">;

/** The Deployments of a chart, after what is done to those of every version. */
async function deployments(chart: string, args: Args, transforms = harden(args.images)) {
  const folder = userChart() ?? (await materializeChart(join(directory, chart), chart));
  const { version } = parse(await readFile(join(folder, "Chart.yaml"), "utf8"));
  const objects = await render(folder, chartValues({ ...args, names, version }));
  const changed: Rendered[] = [];
  for (let props of objects.filter(({ kind }) => kind === "Deployment")) {
    const type = "kubernetes:apps/v1:Deployment";
    for (const transform of transforms) {
      const result = await transform({ type, name: "", custom: true, props, opts: {} });
      props = result?.props ?? props;
    }
    changed.push(props);
  }
  expect(changed).toHaveLength(2);
  return changed.sort((one, other) => one.metadata.name.localeCompare(other.metadata.name));
}

function imagesOf(deployments: readonly Rendered[]): readonly string[] {
  return deployments.flatMap(({ spec }) =>
    spec.template.spec.containers.map(({ image }: Rendered) => image),
  );
}

// biome-ignore lint/suspicious/noExplicitAny: what a chart renders has no type.
type Rendered = any;

async function render(chart: string, values: object): Promise<readonly Rendered[]> {
  const file = join(await mkdtemp(join(directory, "values-")), "values.json");
  await writeFile(file, JSON.stringify(values));
  const words = ["template", "connect", chart, "--values", file];
  const { stdout } = await promisify(execFile)(program, words);
  const documents = parseAllDocuments(stdout);
  return Array.isArray(documents) ? documents.flatMap((each) => each.toJSON() ?? []) : [];
}
