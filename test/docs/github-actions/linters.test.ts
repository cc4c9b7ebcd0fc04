// biome-ignore-all lint/suspicious/noTemplateCurlyInString: an expression of GitHub Actions
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { printProgress } from "../../rig/progress.ts";
import { actionlint, zizmor } from "../../rig/tools/catalog.ts";
import { ensureTool } from "../../rig/tools/ensure-tool.ts";
import { example } from "./example.ts";

let folder: string;
let linters: Readonly<Record<string, readonly string[]>>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "opconnect-workflows-"));
  // They take a folder for a repository only if it is one.
  await execa("git", ["init", "--quiet", folder]);
  const programs = await Promise.all(
    [actionlint, zizmor].map((tool) => ensureTool(tool, printProgress())),
  );
  linters = {
    actionlint: [join(programs[0] ?? "", "actionlint"), "-no-color"],
    zizmor: [
      join(programs[1] ?? "", "bin/zizmor"),
      ...["--offline", "--pedantic", "--strict-collection", "--no-progress", "-q", "--format"],
      ...["plain", "--color", "never", "."],
    ],
  };
}, 900_000);
afterAll(() => rm(folder, { recursive: true, force: true }));
beforeEach(async () => {
  await rm(join(folder, ".github"), { recursive: true, force: true });
  await cp(join(example, ".github"), join(folder, ".github"), { recursive: true });
});

function lint(name: string) {
  const [file = "", ...words] = linters[name] ?? [];
  return execa(file, words, { cwd: folder, all: true, reject: false });
}

test.each(["actionlint", "zizmor"])("%s has nothing to say of the example", async (name) => {
  const { all, exitCode } = await lint(name);
  expect(exitCode, all).toBe(0);
  expect(all).toMatch(/^(No findings to report\. Good job!)?$/);
});

test.each([
  ["actionlint", "opconnect-deploy.yml", "needs: plan", "needs: plans", /plans/],
  [
    "actionlint",
    "opconnect-deploy.yml",
    "waves: canary\n",
    "waves: canary\n      wave: 1\n",
    /wave/,
  ],
  ["actionlint", "opconnect-report.yml", "inputs.base }}", "inputs.bases }}", /bases/],
  ["zizmor", "opconnect-report.yml", /@[0-9a-f]{40}/, "@v7", /unpinned/],
  ["zizmor", "opconnect-report.yml", '"$SHARD/$SHARDS"', '"${{ inputs.base }}"', /template-inj/],
  ["zizmor", "opconnect-preview.yml", "on: pull_request", "on: pull_request_target", /dangerous/],
  ["zizmor", "opconnect-apply.yml", "persist-credentials: false", "lfs: true", /artipacked/],
  ["zizmor", "opconnect-drift.yml", "permissions: {}", "permissions: write-all", /excessive/],
] as const)("%s has, of %s with %s changed", async (name, file, text, other, said) => {
  const path = join(folder, ".github/workflows", file);
  const before = await readFile(path, "utf8");
  await writeFile(path, before.replace(text, other));
  expect(await readFile(path, "utf8")).not.toBe(before);
  const { all, exitCode } = await lint(name);
  expect(exitCode).not.toBe(0);
  expect(all).toMatch(said);
});
