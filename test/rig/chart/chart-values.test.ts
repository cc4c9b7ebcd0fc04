import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { createConvention, supportedChartVersions } from "@opconnect/core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { chartValues } from "../../../packages/pulumi/src/components/chart-values.ts";
import { valuesSchema } from "../../../packages/pulumi/src/components/values-schema.ts";
import { helm } from "../tools/catalog.ts";
import { ensureTool } from "../tools/ensure-tool.ts";
import { findOnPath } from "../tools/find-on-path.ts";
import { userChart } from "./chart-folder.ts";
import { materializeChart } from "./index.ts";

const names = createConvention().names({ client: "acme", environment: "prod" });
const marker = "bWFya2Vy";
let directory: string;
let program: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "opconnect-chart-"));
  program = findOnPath("helm") ?? join(await ensureTool(helm, () => undefined), helm.name);
}, 600_000);

afterAll(() => rm(directory, { recursive: true }));

// With OPCONNECT_CHART a version of 1Password's own chart, which may be newer than this release.
test.each([...supportedChartVersions, ...(userChart() === undefined ? [] : ["the user's"])])(
  "what chart %s puts into a Secret is refused among values",
  async (version) => {
    const chart = userChart() ?? (await materializeChart(join(directory, version), version));
    const paths = await pathsOfSecrets(chart);
    expect(paths.length).toBeGreaterThan(3);
    const secret = await filtered(paths, async (path) => {
      const values = nested(path, marker);
      const objects = await render(chart, [{ operator: { create: true } }, values]);
      const secrets = objects.filter(({ kind }) => kind === "Secret");
      return secrets.some(({ data, stringData }) =>
        Object.values({ ...data, ...stringData }).some(
          (text) => `${text}`.includes(marker) || `${text}`.includes(btoa(marker)),
        ),
      );
    });
    expect(secret).toContain("operator.token.value");
    const passed = secret.filter((path) => valuesSchema.safeParse(nested(path, "x")).success);
    expect(passed).toEqual([]);
  },
);

test("Connect's Service is a ClusterIP and the polling interval plain digits, with the oldest chart too", async () => {
  const [oldest = ""] = supportedChartVersions;
  const chart = await materializeChart(join(directory, "oldest"), oldest);
  const values = chartValues({ names, version: oldest, operator: { pollingInterval: 604_800 } });
  const objects = await render(chart, [values]);
  expect(objects.find(({ kind }) => kind === "Service")?.spec.type).toBe("ClusterIP");
  expect(JSON.stringify(objects)).toContain('{"name":"POLLING_INTERVAL","value":"604800"}');
});

test.each(supportedChartVersions)(
  "chart %s leaves the rights in a list of namespaces to us, and has its own for the whole cluster",
  async (version) => {
    const chart = await materializeChart(join(directory, `rights-${version}`), version);
    const kinds = async (watchNamespaces: readonly string[] | "all") => {
      const values = chartValues({ names, version, operator: { watchNamespaces } });
      const rendered = await render(chart, [values]);
      return rendered.map(({ kind }) => kind).filter((kind) => /Role/.test(kind));
    };
    expect(await kinds(["app", "data"])).toEqual([]);
    expect((await kinds("all")).sort()).toEqual(["ClusterRole", "ClusterRoleBinding"]);
  },
);

/** Paths of all values that are named in a template which makes a Secret. */
async function pathsOfSecrets(chart: string): Promise<readonly string[]> {
  const folder = join(chart, "templates");
  const files = (await readdir(folder, { recursive: true })).filter((file) =>
    /\.(ya?ml|tpl)$/.test(file),
  );
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), "utf8")));
  const named = texts
    .filter((text) => text.includes("kind: Secret"))
    .flatMap((text) => [...text.matchAll(/\.Values\.([\w.]+)/g)].map(([, path = ""]) => path));
  return [...new Set(named)];
}

function nested(path: string, value: unknown): Record<string, unknown> {
  return path.split(".").reduceRight<unknown>((inner, key) => ({ [key]: inner }), value) as Record<
    string,
    unknown
  >;
}

async function filtered(
  paths: readonly string[],
  holds: (path: string) => Promise<boolean>,
): Promise<readonly string[]> {
  const found: string[] = [];
  for (const path of paths) if (await holds(path)) found.push(path);
  return found;
}

// biome-ignore lint/suspicious/noExplicitAny: what a chart renders has no type.
async function render(chart: string, values: readonly object[]): Promise<readonly any[]> {
  const folder = await mkdtemp(join(directory, "values-"));
  const files = values.map((_, index) => join(folder, `${index}.json`));
  for (const [index, file] of files.entries()) await writeFile(file, JSON.stringify(values[index]));
  const words = ["template", "connect", chart, ...files.flatMap((file) => ["--values", file])];
  const { stdout } = await promisify(execFile)(program, words);
  const documents = parseAllDocuments(stdout);
  return Array.isArray(documents) ? documents.flatMap((each) => each.toJSON() ?? []) : [];
}
