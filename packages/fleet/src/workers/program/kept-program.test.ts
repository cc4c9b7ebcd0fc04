import { mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeAll, expect, onTestFinished, test, vi } from "vitest";
import { readProject } from "../../stacks/project.ts";
import { type CompiledProgram, compileProgram } from "./compile.ts";
import { findKeptProgram, keepProgram } from "./kept-program.ts";
import { findOwnRuntime } from "./own-runtime.ts";
import { Questions } from "./questions.ts";

const require = createRequire(import.meta.url);
const files: Readonly<Record<string, string>> = {
  "Pulumi.yaml": "name: fleet\nruntime: nodejs\n",
  "package.json": '{"main":"index.ts"}',
  "tsconfig.json": '{"extends":"./base.json"}',
  "base.json":
    '{"compilerOptions":{"strict":true,"module":"commonjs","moduleResolution":"node10","ignoreDeprecations":"6.0","types":["*"]}}',
  "index.ts":
    'import { size } from "./settings";\nimport { two } from "two";\nexport const twice: number = size * two;\n',
  "settings/index.ts":
    'export const size: number = 4;\nexport const password = "fixture-secret";\n',
  "node_modules/two/package.json": '{"name":"two","types":"two.d.ts"}',
  "node_modules/two/two.d.ts": "export declare const two: number;\n",
  "node_modules/@types/ambient/package.json": '{"name":"@types/ambient"}',
  "node_modules/@types/ambient/index.d.ts": "declare const ambient: number;\n",
  "node_modules/@pulumi/pulumi/package.json": '{"name":"@pulumi/pulumi"}',
  "node_modules/typescript/package.json": '{"main":"lib.js"}',
  "node_modules/typescript/lib.js": `module.exports = require(${JSON.stringify(require.resolve("typescript"))});\n`,
};

let root: string;
let compiled: CompiledProgram;

beforeAll(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), "opconnect-kept-")));
  process.env.OPCONNECT_CACHE = join(root, "cache");
  for (const [name, text] of Object.entries(files)) await write(name, text);
  const project = await readProject(root);
  const questions = new Questions(findOwnRuntime(root).typescript().sys);
  compiled = compileProgram(project);
  await keepProgram(project, compiled, questions);
  return async () => {
    delete process.env.OPCONNECT_CACHE;
    await rm(root, { recursive: true });
  };
});
afterEach(() => void vi.unstubAllEnvs());

async function write(name: string, text: string): Promise<void> {
  await mkdir(dirname(join(root, name)), { recursive: true });
  await writeFile(join(root, name), text);
}

const found = async () => findKeptProgram(await readProject(root));

test("a program that was compiled is found again, and not compiled", async () => {
  expect(Object.keys(compiled.files)).toHaveLength(2);
  expect(await found()).toEqual(compiled);
});

test.each([
  ...["package.json", "tsconfig.json", "base.json", "index.ts", "settings/index.ts"],
  ...["node_modules/two/package.json", "node_modules/two/two.d.ts"],
  ...["node_modules/@types/ambient/index.d.ts", "node_modules/typescript/lib.js"],
])("a change of %s is noticed", async (name) => {
  onTestFinished(() => write(name, files[name] ?? ""));
  await write(name, `${files[name]}\n`);
  expect(await found()).toBeUndefined();
});

test.each([
  ["is found before the one that there was", "settings.ts", "settings.ts"],
  [
    "holds types that need no import",
    "node_modules/@types/more/index.d.ts",
    "node_modules/@types/more",
  ],
])("a new file that %s is noticed", async (_, name, made) => {
  onTestFinished(() => rm(join(root, made), { recursive: true }));
  await write(name, "export const size = '4';\n");
  expect(await found()).toBeUndefined();
});

test("a file that is gone, and another way to compile, are noticed", async () => {
  vi.stubEnv("PULUMI_NODEJS_TRANSPILE_ONLY", "true");
  expect(await found()).toBeUndefined();
  vi.stubEnv("PULUMI_NODEJS_TRANSPILE_ONLY", undefined);
  expect(await found()).toBeDefined();
  const name = "node_modules/@types/ambient/index.d.ts";
  onTestFinished(() => write(name, files[name] ?? ""));
  await rm(join(root, name));
  expect(await found()).toBeUndefined();
});

test("nothing of a program can be read where it is kept, and what is damaged is not taken", async () => {
  const folder = join(root, "cache/fleet-programs");
  const [name = ""] = await readdir(folder);
  const file = join(folder, name);
  const text = await readFile(file, "utf8");
  const { program }: { program: string } = JSON.parse(text);
  for (const secret of ["fixture-secret", "size"]) {
    expect(JSON.stringify(compiled)).toContain(secret);
    expect(text).not.toContain(secret);
    expect(Buffer.from(program, "base64").includes(secret)).toBe(false);
  }
  const other = program.startsWith("A") ? "B" : "A";
  for (const damaged of [
    "",
    "{}",
    text.replace(program, ""),
    text.replace(program, other + program.slice(1)),
  ]) {
    await writeFile(file, damaged);
    expect(await found(), damaged.slice(0, 40)).toBeUndefined();
  }
});
