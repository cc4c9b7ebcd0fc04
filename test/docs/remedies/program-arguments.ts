import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createConvention, latestChartVersion } from "@opconnect/core";
import * as pulumi from "@pulumi/pulumi";
import { unknownValue } from "@pulumi/pulumi/runtime/rpc.js";
import { expect } from "vitest";
import { z } from "zod";
import { fixtureId } from "../../../packages/provision/fixtures/data/ids.ts";
import { checkId } from "../../../packages/provision/src/minting/request.ts";
import { encrypterFor } from "../../../packages/provision/src/store/age-file/encryption.ts";
import { filesOf } from "../../../packages/provision/src/store/age-file/files.ts";
import { parseStaticTags } from "../../../packages/provision/src/store/contract/secret-tags.ts";
import { encodeStoreTags } from "../../../packages/provision/src/store/contract/value-tags.ts";
import { chartValues } from "../../../packages/pulumi/src/components/chart-values.ts";
import { checkChart } from "../../../packages/pulumi/src/components/check-chart.ts";
import { itemArgsSchema } from "../../../packages/pulumi/src/components/onepassword-item.ts";
import { checkTaken, valuesSchema } from "../../../packages/pulumi/src/components/values-schema.ts";
import { environmentSchema } from "../../../packages/pulumi/src/environment/args.ts";
import { checkArgs } from "../../../packages/pulumi/src/input/check-args.ts";
import { check as checkItem } from "../../../packages/pulumi/src/provider/cluster/item/check.ts";
import { deferredCrud } from "../../../packages/pulumi/src/provider/crud.ts";
import { ageKeys } from "./age.ts";
import { corrected, type Remedies } from "./remedy.ts";

/** Where the charts are that these remedies are tried on. */
const charts = await mkdtemp(join(tmpdir(), "opconnect-remedies-charts-"));
const describedIn = async (text: string) => {
  const path = await mkdtemp(join(charts, "chart-"));
  await writeFile(join(path, "Chart.yaml"), text);
  return path;
};
const [chart, older, foreign, empty] = await Promise.all([
  describedIn("name: connect\nversion: 2.4.1\n"),
  describedIn("name: connect\nversion: 2.2.1\n"),
  describedIn("name: nginx\nversion: 2.4.1\n"),
  mkdtemp(join(charts, "empty-")),
]);

export function removeCharts(): Promise<void> {
  return rm(charts, { recursive: true });
}

const acme = { client: "acme", environment: "prod" };
const names = createConvention().names(acme);
const environment = (args: object) =>
  checkArgs(environmentSchema, Object.assign({ ...acme, vaults: ["app"] }, args));
const values = (given: object) =>
  checkArgs(valuesSchema, Object.fromEntries(Object.entries(given)));
const merged = (given: object) =>
  chartValues({
    names,
    version: latestChartVersion,
    values: Object.fromEntries(Object.entries(given)),
  });
const taken = ({ version = "2.4.1", values }: { version?: string; values: object }) =>
  checkTaken({ version, values: Object.fromEntries(Object.entries(values)) }, stranger);
const stranger: pulumi.Resource = Object.create(pulumi.ComponentResource.prototype);
const item = (given: object) =>
  checkArgs(itemArgsSchema, Object.assign({ namespace: "app" }, given));
const chartAt = (path: string) => checkChart({ version: "2.4.1", path });
const tags = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`tag-${index}`, "value"]));
const vaultsOf = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    key: `vault-of-the-team-${index}`,
    id: fixtureId("vault", index),
    access: "read" as const,
  }));
const namesakes = (count: number) => ({
  minting: Array.from({ length: count }, (_, index) => fixtureId("server", index)),
});
const secretText = `ops_${Buffer.from('{"fixture":"marker"}').toString("base64")}`;
const endless: Record<string, unknown> = {};
endless.connect = { api: endless };

const known = z.object({ serverId: z.string() });
/** A resource as the engine asks for it, by its id or to make it. */
const crud = deferredCrud({}, async () => ({
  work: { create: async () => ({ id: "id" }), read: async (_, state) => known.parse(state) },
}));

async function named(name: string): Promise<void> {
  const place = { clusterUid: unknownValue, namespace: "app", name };
  const item = { itemPath: "vaults/a/items/b", type: "Opaque", labels: {}, adopt: false };
  const inputs = { ...place, ...item, stack: "client/acme-prod", holder: "holder" };
  const { failures = [] } = await checkItem({}, inputs, {});
  if (failures.length > 0) throw new Error(failures.map(({ reason }) => reason).join());
}

export const programArgumentRemedies: Remedies = {
  ARGUMENT_INVALID: [
    {
      says: "Override any of ",
      refused: () => createConvention(Object.fromEntries([["secret", "{client}"]])),
      mended(error) {
        const { templates } = createConvention();
        const [, kinds = ""] = /Override any of ([^.]+)\./.exec(error) ?? [];
        expect(kinds.split(", ")).toEqual(Object.keys(templates));
        createConvention(templates);
      },
    },
    corrected(
      "Pass the 26 letters and digits that `op` prints",
      (id: string) => checkId("adopts", id),
      "acme-prod",
      fixtureId("server", 1).toUpperCase(),
    ),
    corrected("Copy it again", encrypterFor, [`age1${"q".repeat(58)}`], ageKeys.recipients),
    {
      says: 'Such an id is "age:" and the secret\'s name',
      refused: () => filesOf("/", "opconnect/acme/prod/credentials"),
      mended: () => filesOf("/", "age:opconnect/acme/prod/credentials"),
    },
    corrected(
      "none may begin with a dot",
      (id: string) => filesOf("/", id),
      "age:acme/.token",
      "age:acme/token",
    ),
    corrected("Use another key", parseStaticTags, { "opconnect:name": "a" }, { name: "a" }),
    corrected(
      "Use letters, digits, spaces and",
      parseStaticTags,
      { team: "a#b" },
      { team: "a+b@c.d" },
    ),
    corrected("Use at most 10 tags", parseStaticTags, tags(11), tags(10)),
    corrected(
      "Delete those that nothing uses",
      (given: ReturnType<typeof namesakes>) => encodeStoreTags(given),
      namesakes(10),
      namesakes(9),
    ),
    corrected(
      "Use shorter vault keys",
      (vaults: ReturnType<typeof vaultsOf>) => encodeStoreTags({ vaults }),
      vaultsOf(50),
      vaultsOf(50).map((vault, index) => ({ ...vault, key: `v${index}` })),
    ),
    {
      says: "or split the environment",
      refused: () => encodeStoreTags({ vaults: vaultsOf(50) }),
      mended() {
        encodeStoreTags({ vaults: vaultsOf(50).slice(0, 25) });
        encodeStoreTags({ vaults: vaultsOf(50).slice(25) });
      },
    },
    corrected<object>(
      "Pass a plain object, and Outputs as its fields",
      merged,
      { operator: pulumi.output({ tolerations: [] }) },
      { operator: { tolerations: pulumi.output([]) } },
    ),
    corrected<object>(
      "Leave it out, and use the typed input or the convention's template instead",
      merged,
      { operator: { clusterRole: { name: "mine" } } },
      {},
    ),
    corrected("Pass the folder of 1Password's chart", chartAt, foreign, chart),
    corrected("which has a Chart.yaml", chartAt, empty, chart),
    corrected("or an `oci://` address", chartAt, join(charts, "none"), "oci://mirror.example/c"),
    corrected("Make them the same", chartAt, older, chart),
    {
      says: "Make them the same",
      refused: () => chartAt(older),
      mended: () => checkChart({ version: "2.2.1", path: older }),
    },
    corrected<object>(
      "Pass `vault` and `item`, or",
      item,
      { vault: "app" },
      { vault: "app", item: "postgres" },
    ),
    corrected<object>(
      "leave the other two out",
      item,
      { link: linkOf(), vault: "app" },
      { link: linkOf() },
    ),
    corrected<Parameters<typeof taken>[0]>(
      'Did you mean "pollingInterval"?',
      taken,
      { values: { operator: { pollingIntervall: 60 } } },
      { values: { operator: { pollingInterval: 60 } } },
    ),
    corrected<Parameters<typeof taken>[0]>(
      "or use chart 2.2.1 or a newer one",
      taken,
      { version: "2.2.0", values: { operator: { enableAnnotations: true } } },
      { version: "2.2.1", values: { operator: { enableAnnotations: true } } },
    ),
    corrected<Parameters<typeof taken>[0]>(
      "Set `values.connect.imagePullPolicy`",
      taken,
      { values: { operator: { imagePullPolicy: "Always" } } },
      { values: { connect: { imagePullPolicy: "Always" } } },
    ),
    corrected<Parameters<typeof taken>[0]>(
      "Set `values.connect.pdb.maxUnavailable` to 0 beside it",
      taken,
      { values: { connect: { pdb: { minAvailable: 1 } } } },
      { values: { connect: { pdb: { minAvailable: 1, maxUnavailable: 0 } } } },
    ),
    corrected<Parameters<typeof taken>[0]>(
      "Use chart 2.1.0 or a newer one",
      taken,
      { version: "2.0.5", values: { operator: { customEnvVars: [{ name: "A", value: "1" }] } } },
      { version: "2.1.0", values: { operator: { customEnvVars: [{ name: "A", value: "1" }] } } },
    ),
    corrected<object>(
      "Leave it out: the credentials come from the credential store",
      values,
      { connect: { credentials_base64: "e30=" } },
      { connect: {} },
    ),
    corrected<object>(
      "Write it as a text",
      values,
      { operator: { pollingInterval: 3_600_000 } },
      { operator: { pollingInterval: "3600000" } },
    ),
    corrected<object>(
      'Did you mean "read-write"?',
      environment,
      { vaults: { app: { access: "readwrite" } } },
      { vaults: { app: { access: "read-write" } } },
    ),
    corrected<object>(
      'Did you mean "rotateAfter"?',
      environment,
      { tokens: { ci: { expiresIn: "90d", rotateafter: "60d" } } },
      { tokens: { ci: { expiresIn: "90d", rotateAfter: "60d" } } },
    ),
    corrected<object>(
      "Pass a plain value, such as `config.require(…)`",
      environment,
      { client: pulumi.output("acme") },
      { client: "acme" },
    ),
    corrected<object>(
      "Pass a plain object or list, and Outputs as those of its parts that may be ones",
      environment,
      { store: pulumi.output({ kind: "secrets-manager", readers: [] }) },
      { store: { kind: "secrets-manager", region: "eu-central-1" } },
    ),
    corrected<object>(
      "Leave it out: credentials come from the credential store, and items from 1Password",
      environment,
      { values: { connect: { customEnvVars: [{ name: "KEY", value: secretText }] } } },
      { values: { connect: { customEnvVars: [] } } },
    ),
    corrected<object>(
      "Pass a plain object that ends somewhere",
      environment,
      { values: endless },
      { values: { connect: {} } },
    ),
    corrected(
      "Use lower-case letters, digits and hyphens, with a letter or digit at both ends",
      named,
      "My_Db",
      "my-db",
    ),
    {
      says: "Declare it without `id` or `import`",
      refused: () => crud.read("id", {}),
      mended: () => crud.create({}),
    },
    {
      file: "test/e2e/bad-input.test.ts",
      test: [
        "a Kubernetes provider without server-side apply is refused",
        "that lets all pass takes the environment, with the vaults of the refused attempts",
      ],
    },
  ],
};

function linkOf(): string {
  const id = fixtureId("vault", 1);
  return `https://start.1password.com/open/i?a=${id}&v=${id}&i=${id}&h=acme.1password.com`;
}
