import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { helm } from "../tools/catalog.ts";
import { ensureTool } from "../tools/ensure-tool.ts";
import { findOnPath } from "../tools/find-on-path.ts";
import { materializeChart } from "./index.ts";

/** The values behind rendered-env.yaml, from its differences to rendered-default.yaml. */
const environmentValues = {
  connect: {
    applicationName: "acme-prod-connect",
    host: "acme-prod-connect",
    replicas: 2,
    credentialsName: "acme-prod-credentials",
    podAnnotations: { checksum: "x" },
  },
  operator: {
    create: true,
    applicationName: "acme-prod-connect-operator",
    pollingInterval: 60,
    autoRestart: true,
    watchNamespace: ["app", "data"],
    token: { name: "acme-prod-token" },
    serviceAccount: { name: "acme-prod-onepassword-operator" },
    clusterRole: { name: "acme-prod-onepassword-operator" },
    podAnnotations: { checksum: "y" },
  },
};

/** The values behind rendered-service-account.yaml. */
const serviceAccountValues = {
  connect: { create: false },
  operator: { create: true, authMethod: "service-account" },
};

const folder = join(import.meta.dirname, "rendered");
let directory: string;
let program: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "opconnect-chart-"));
  program =
    findOnPath("helm", process.env.PATH ?? "") ??
    join(await ensureTool(helm, () => undefined), helm.name);
}, 600_000);

afterAll(() => rm(directory, { recursive: true }));

// Those with different templates, see the chart's history.
describe.each(["1.17.0", "2.0.5", "2.1.1", "2.2.1", "2.3.0", "2.4.0", "2.4.1"])(
  "the fixture chart %s",
  (version) => {
    const records: readonly (readonly [string, object])[] = [
      ["rendered-env.yaml", environmentValues],
      ["rendered-default.yaml", { operator: { create: true } }],
      ["rendered-service-account.yaml", serviceAccountValues],
    ];
    // Charts before 2.0.1 know no service accounts.
    const known = records.slice(0, version.startsWith("1.") ? 2 : 3);
    test.each(known)("renders the objects of %s", async (file, values) => {
      const expected = await readFile(join(folder, version, file), "utf8");
      const manifest = await render(version, values);
      expect(comparable(manifest)).toEqual(comparable(expected));
    });
  },
);

test("a version that opconnect does not know is refused", async () => {
  await expect(materializeChart(directory, "2.0.0")).rejects.toThrow(/"2\.0\.0".*is not supported/);
});

async function render(version: string, values: object): Promise<string> {
  const chart = await materializeChart(join(directory, version), version);
  const helmArguments = ["template", "connect", chart, "--namespace", "onepassword"];
  const options = ["--include-crds", "--values", "-"];
  const rendering = promisify(execFile)(program, [...helmArguments, ...options]);
  rendering.child.stdin?.end(JSON.stringify(values));
  return (await rendering).stdout;
}

/**
 * The objects of a manifest, without what makes no difference to a cluster: hooks (never applied),
 * nulls, the order of objects and of variables, descriptions in the definition.
 */
function comparable(manifest: string): Record<string, unknown> {
  const documents = parseAllDocuments(manifest);
  if (!Array.isArray(documents)) return {};
  const objects = documents
    .map((document) => simplify(document.toJSON()))
    .filter((object) => object !== null && !isHook(object));
  return Object.fromEntries(objects.map((object) => [identify(object), object]));
}

function simplify(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(simplify);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).flatMap(([name, inner]) => {
    if (inner === null || (name === "description" && typeof inner === "string")) return [];
    return [[name, name === "env" ? byName(simplify(inner)) : simplify(inner)]];
  });
  return Object.fromEntries(entries);
}

function byName(variables: unknown): unknown {
  if (!Array.isArray(variables)) return variables;
  return variables.toSorted((one, other) => String(one.name).localeCompare(String(other.name)));
}

function isHook(object: unknown): boolean {
  return JSON.stringify(object).includes('"helm.sh/hook"');
}

function identify(object: unknown): string {
  const { kind, metadata } = JSON.parse(JSON.stringify(object));
  return [kind, metadata.namespace, metadata.name].filter(Boolean).join(" ");
}
