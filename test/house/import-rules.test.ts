import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { expect, onTestFinished, test } from "vitest";

const repository = join(import.meta.dirname, "../..");

/** What the rules say of a small tree, one line for each import that runs the wrong way. */
async function broken(files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const cwd = await mkdtemp(join(tmpdir(), "opconnect-house-"));
  onTestFinished(() => rm(cwd, { recursive: true }));
  for (const [file, text] of Object.entries(files)) {
    await mkdir(dirname(join(cwd, file)), { recursive: true });
    await writeFile(join(cwd, file), text);
  }
  const words = ["--config", join(repository, "import-rules.mjs"), "--output-type", "json"];
  const command = join(repository, "node_modules/.bin/depcruise");
  const { stdout } = await execa(command, [...words, ...Object.keys(files)], {
    cwd,
    reject: false,
  });
  const { summary }: { summary: { violations: readonly Violation[] } } = JSON.parse(stdout);
  return summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`).sort();
}

interface Violation {
  readonly rule: { readonly name: string };
  readonly from: string;
  readonly to: string;
}

const op = "packages/provision/src/op/run.ts";
const lease = "packages/provision/src/lease/with-lease.ts";

test("an import from a room above is fine", async () => {
  const files = {
    [op]: "export const run = 1;",
    [lease]: 'export { run } from "../op/run.ts";',
  };
  expect(await broken(files)).toEqual([]);
});

test("an import from a room below is found, of a type too", async () => {
  const token = "packages/provision/src/token/mint.ts";
  const files = {
    [op]: 'export { mint } from "../token/mint.ts";',
    [token]: "export const mint = 1;",
    "packages/provision/src/minting/mint.ts":
      'import type { mint } from "../token/mint.ts";\nexport type Mint = typeof mint;',
  };
  expect(await broken(files)).toEqual([
    `packages/provision/src: minting: packages/provision/src/minting/mint.ts → ${token}`,
    `packages/provision/src: op: ${op} → ${token}`,
  ]);
});

test("a circle is found within a room, of types too", async () => {
  const other = "packages/provision/src/op/answer.ts";
  const files = {
    [op]: 'import type { Answer } from "./answer.ts";\nexport type Run = () => Answer;',
    [other]: 'import type { Run } from "./run.ts";\nexport type Answer = ReturnType<Run>;',
  };
  const found = await broken(files);
  expect(found.join("\n")).toContain(`no circles: ${other} → ${op}`);
});

interface Rule {
  readonly name: string;
  readonly from: { readonly path?: string };
  readonly to: { readonly path?: readonly string[] };
}

test("every room has a line in the rules", async () => {
  const config = join(repository, "import-rules.mjs");
  const { default: rules }: { default: { forbidden: readonly Rule[] } } = await import(config);
  const bases = new Set(rules.forbidden.map(({ name }) => name.split(": ")[0] ?? ""));
  const listed = rules.forbidden
    .flatMap(({ from, to }) => [from.path ?? [], to.path ?? []].flat())
    .map((path) => new RegExp(path));
  const words = ["ls-files", "--cached", "--others", "--exclude-standard", "packages", "test"];
  const { stdout } = await execa("git", words, { cwd: repository });
  const modules = stdout.split("\n").filter((file) => /(?<!\.test)\.ts$/.test(file));
  const inside = modules.filter((file) => [...bases].some((base) => file.startsWith(`${base}/`)));
  const unlisted = inside.filter((file) => !listed.some((path) => path.test(file)));
  // A file beside the rooms, such as an index, may import from all of them.
  const rooms = unlisted.filter((file) => !/^(test|packages\/\w+\/src)\/[\w-]+\.ts$/.test(file));
  expect(rooms).toEqual([]);
});
