import { chmod, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { execa } from "execa";
import { beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { largeReport } from "../../fixtures/large-report.ts";
import { secretInClear } from "../../fixtures/secret-in-clear.ts";
import type { StackReport } from "../report/model.ts";
import { renderReportFile } from "../report/report-file.ts";
import type { PolicyPacks } from "../stacks/policy-packs.ts";
import { readProject } from "../stacks/project.ts";
import { createStack } from "../stacks/stack.ts";
import { type Decision, decideAffected } from "./decide.ts";
import { readDeciding } from "./deciding-files.ts";
import { ResultCache } from "./result-cache.ts";

const files = {
  "infra/Pulumi.yaml": "name: fleet\nruntime: nodejs\n",
  "infra/package.json": '{"main":"index.ts","dependencies":{"@acme/platform":"*"}}',
  "infra/tsconfig.json": '{"extends":"../tsconfig.base.json"}',
  "infra/index.ts":
    'import "./lib/settings"; import "../shared/names.js"; import "@acme/platform";',
  "infra/lib/settings.ts": 'readFileSync("./values.yaml");',
  "infra/values.yaml": "a: 1",
  "infra/Pulumi.acme-prod.yaml": "config: {}",
  "infra/Pulumi.globex-prod.yaml": "config: {}",
  "tsconfig.base.json": "{}",
  "shared/names.ts": "",
  "packages/platform/package.json": "{}",
  "packages/platform/index.js": "",
  "package-lock.json": "{}",
  "docs/readme.md": "",
  ".gitignore": "node_modules\n",
};
const names = ["acme-prod", "globex-prod"];
const report = (stack: string, outcome: StackReport["outcome"]): StackReport => ({
  ...{ project: "fleet", stack, outcome, digest: "", shape: "" },
  ...{ steps: [], outputs: [], minting: [], risks: [], problems: [] },
});

let root: string;
let cache: ResultCache;
const write = (name: string, text: string) => writeFile(join(root, name), text);
const git = (...words: readonly string[]) => execa("git", [...words], { cwd: root });

beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), "opconnect-affected-")));
  onTestFinished(() => rm(root, { recursive: true }));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, name)), { recursive: true });
    await write(name, text);
  }
  await mkdir(join(root, "node_modules/@acme"), { recursive: true });
  await symlink(join(root, "packages/platform"), join(root, "node_modules/@acme/platform"));
  await git("init", "--quiet", "--initial-branch=main");
  await git("add", "--all");
  const author = ["-c", "user.name=fixture", "-c", "user.email=fixture@example.com"];
  await git(...author, "commit", "--quiet", "--message=first");
  cache = new ResultCache(join(root, "node_modules/cache"));
  // Which engine it is counts, not that there is one.
  await mkdir(join(root, "node_modules/bin"));
  await write("node_modules/bin/pulumi", "#!/bin/sh\necho $ENGINE\n");
  await chmod(join(root, "node_modules/bin/pulumi"), 0o755);
  vi.stubEnv("ENGINE", "v3.250.0");
  vi.stubEnv("PATH", [join(root, "node_modules/bin"), process.env.PATH].join(delimiter));
  onTestFinished(() => void vi.unstubAllEnvs());
});

async function decide(
  options: {
    readonly base?: string;
    readonly checkpoint?: string;
    readonly policies?: PolicyPacks;
  } = {},
): Promise<Decision> {
  const { base, checkpoint = "1", policies } = options;
  const project = await readProject(join(root, "infra"));
  return decideAffected({
    project,
    deciding: await readDeciding(project, policies),
    stacks: names.map((name) => createStack(name, join(root, `infra/Pulumi.${name}.yaml`))),
    checkpoints: new Map(names.map((name) => [name, checkpoint])),
    cache,
    ...(base !== undefined && { base }),
  });
}
const affected = async (options?: Parameters<typeof decide>[0]) =>
  (await decide(options)).affected.map(({ name }) => name);

test.each([
  ...["infra/index.ts", "infra/lib/settings.ts", "infra/values.yaml", "infra/Pulumi.yaml"],
  ...["infra/tsconfig.json", "tsconfig.base.json", "shared/names.ts", "package-lock.json"],
  ...["packages/platform/index.js", "infra/new.ts"],
])("a change of %s affects every stack", async (file) => {
  await write(file, `${new Map(Object.entries(files)).get(file) ?? ""}\n`);
  expect(await affected({ base: "main" })).toEqual(names);
});

test.each(["rules/index.ts", "policies.json"])(
  "a change of %s affects every stack that is held to it",
  async (file) => {
    const policies = { packs: [join(root, "rules")], configs: [join(root, "policies.json")] };
    await mkdir(join(root, "rules"));
    await write("rules/package.json", "{}");
    const { keep } = await decide({ policies });
    for (const name of names) await keep(report(name, "unchanged"));
    expect(await affected({ policies })).toEqual([]);
    await write(file, "{}");
    expect(await affected({ policies })).toEqual(names);
    expect(await affected({ base: "main" })).toEqual([]);
    expect(await affected({ base: "main", policies })).toEqual(names);
  },
);

test("a report that a preview left in the project affects no stack", async () => {
  const { keep } = await decide();
  for (const name of names) await keep(report(name, "unchanged"));
  await write("infra/report.json", renderReportFile(largeReport(3)));
  expect(await affected()).toEqual([]);
  expect(await affected({ base: "main" })).toEqual([]);
  await write("infra/settings.json", "{}");
  expect(await affected({ base: "main" })).toEqual(names);
});

test("a file that is gone affects every stack", async () => {
  await rm(join(root, "infra/values.yaml"));
  expect(await affected({ base: "main" })).toEqual(names);
});

test("a stack file affects its own stack, a file of others none", async () => {
  await write("docs/readme.md", "more");
  expect(await affected({ base: "main" })).toEqual([]);
  await write("infra/Pulumi.acme-prod.yaml", "config: { a: 1 }");
  const { affected: touched, untouched } = await decide({ base: "main" });
  expect(touched.map(({ name }) => name)).toEqual(["acme-prod"]);
  expect(untouched).toMatchObject([
    {
      stack: { name: "globex-prod" },
      reason: "No file that decides about it differs from main; its state was not looked at.",
    },
  ]);
});

test("a commit that git does not know is refused", async () => {
  await expect(decide({ base: "nowhere" })).rejects.toMatchObject({ code: "ARGUMENT_INVALID" });
});

test("what was previewed is not previewed again until something differs", async () => {
  const first = await decide();
  expect(first.affected).toHaveLength(2);
  await first.keep(report("acme-prod", "changed"));
  await first.keep(report("globex-prod", "unchanged"));
  const second = await decide();
  expect(second.affected).toEqual([]);
  expect(second.known.map(({ stack }) => stack)).toEqual(["acme-prod"]);
  expect(second.untouched.map(({ stack }) => stack.name)).toEqual(["globex-prod"]);
  await write("infra/Pulumi.globex-prod.yaml", "config: { a: 1 }");
  expect(await affected()).toEqual(["globex-prod"]);
  expect(await affected({ checkpoint: "2" })).toEqual(names);
  vi.stubEnv("ENGINE", "v3.251.0");
  expect(await affected()).toEqual(names);
});

test("what stays as it is, and is a risk, is told of again", async () => {
  const { keep } = await decide();
  await keep({ ...report("acme-prod", "unchanged"), risks: [secretInClear] });
  await keep(report("globex-prod", "unchanged"));
  const { known, untouched } = await decide();
  expect(known).toMatchObject([{ stack: "acme-prod", risks: [{ kind: "secret-in-clear" }] }]);
  expect(untouched.map(({ stack }) => stack.name)).toEqual(["globex-prod"]);
});

test("what failed, and what is old, is previewed again", async () => {
  const { keep } = await decide();
  await keep(report("acme-prod", "failed"));
  await keep(report("globex-prod", "unchanged"));
  expect(await affected()).toEqual(["acme-prod"]);
  const later = new ResultCache(join(root, "node_modules/cache"), () => Date.now() + 86_400_000);
  cache = later;
  expect(await affected()).toEqual(names);
});

test("what was previewed is previewed again when a variable that a file names differs", async () => {
  await write("infra/lib/settings.ts", "export const replicas = process.env.ACME_REPLICAS;");
  vi.stubEnv("ACME_REPLICAS", "1");
  const { keep } = await decide();
  for (const name of names) await keep(report(name, "unchanged"));
  vi.stubEnv("ACME_OTHER", "1");
  expect(await affected()).toEqual([]);
  vi.stubEnv("ACME_REPLICAS", "2");
  expect(await affected()).toEqual(names);
});

test.each([
  ["infra/index.ts", 'new pulumi.StackReference("acme/network/prod");', names],
  ["infra/Pulumi.acme-prod.yaml", "environment:\n  - acme/prod\nconfig: {}", ["acme-prod"]],
  ["infra/Pulumi.acme-prod.yaml", "no: [yaml", ["acme-prod"]],
])("what takes values from elsewhere, by %s, is always previewed", async (file, text, again) => {
  await write(file, text);
  const { keep } = await decide();
  for (const name of names) await keep(report(name, "unchanged"));
  expect(await affected()).toEqual(again);
});

test("a setting called environment imports nothing from elsewhere", async () => {
  await write("infra/Pulumi.acme-prod.yaml", "config:\n  fleet:of:\n    environment: prod\n");
  const { keep } = await decide();
  for (const name of names) await keep(report(name, "unchanged"));
  expect(await affected()).toEqual([]);
});

test("what was previewed is previewed again when a file differs that git ignores and its files name", async () => {
  await write(".gitignore", "node_modules\ngenerated\nreport.json\n");
  await mkdir(join(root, "infra/generated"));
  await write("infra/lib/settings.ts", "readdirSync('generated');");
  const { keep } = await decide();
  for (const name of names) await keep(report(name, "unchanged"));
  await write("infra/report.json", "{}");
  expect(await affected()).toEqual([]);
  await write("infra/generated/acme-prod.txt", "2");
  expect(await affected()).toEqual(names);
});

test("a chart that only the file of one stack names decides about that stack alone", async () => {
  await mkdir(join(root, "charts/connect"), { recursive: true });
  await write("charts/connect/Chart.yaml", "version: 1");
  await write("infra/Pulumi.acme-prod.yaml", "config:\n  chart: ../charts/connect\n");
  const { keep } = await decide();
  for (const name of names) await keep(report(name, "unchanged"));
  await write("charts/connect/Chart.yaml", "version: 2");
  expect(await affected()).toEqual(["acme-prod"]);
});
