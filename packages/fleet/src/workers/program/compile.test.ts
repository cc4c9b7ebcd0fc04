import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { type FleetProject, readProject } from "../../stacks/project.ts";
import { compileProgram } from "./compile.ts";
import { wayOfProject, wayOfStack } from "./way.ts";

const repository = join(import.meta.dirname, "../../../../..");

async function project(files: Readonly<Record<string, string>>): Promise<FleetProject> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "opconnect-compile-")));
  onTestFinished(() => rm(folder, { recursive: true }));
  const all = {
    "Pulumi.yaml": "name: fleet\nruntime: nodejs\n",
    "package.json": '{"main":"index.ts"}',
    "tsconfig.json": '{"compilerOptions":{"strict":true,"types":["node"]}}',
    ...files,
  };
  for (const [name, text] of Object.entries(all)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  await symlink(join(repository, "node_modules"), join(folder, "node_modules"));
  return readProject(folder);
}

const compiled = (of: FleetProject) =>
  Object.fromEntries(
    Object.entries(compileProgram(of).files).map(([file, text]) => [relative(of.root, file), text]),
  );

const twoFiles = {
  "index.ts": 'import { size } from "./settings";\nexport const twice: number = size * 2;\n',
  "settings.ts": "export const size: number = 4;\n",
};

test("a program is compiled as far as it is imported", async () => {
  const files = compiled(await project({ ...twoFiles, "unused.ts": "const wrong: string = 1;" }));
  expect(Object.keys(files).toSorted()).toEqual(["index.ts", "settings.ts"]);
  expect(files["index.ts"]).toContain('require("./settings")');
});

test("without a check of its types it is compiled to the same", async () => {
  const checked = compiled(await project(twoFiles));
  vi.stubEnv("PULUMI_NODEJS_TRANSPILE_ONLY", "true");
  onTestFinished(() => void vi.unstubAllEnvs());
  expect(compiled(await project(twoFiles))).toEqual(checked);
});

test("a program of ESM stays one", async () => {
  const files = compiled(
    await project({
      "package.json": '{"type":"module","main":"index.ts"}',
      "index.ts": 'import { size } from "./settings.js";\nexport const twice: number = size * 2;\n',
      "settings.ts": "export const size: number = 4;\n",
    }),
  );
  expect(files["index.ts"]).toContain('import { size } from "./settings.js"');
});

test("a mistake is told in TypeScript's own words", async () => {
  const broken = await project({
    ...twoFiles,
    "settings.ts": 'export const size: number = "4";\n',
  });
  expect(() => compileProgram(broken)).toThrow(
    /The program of fleet does not compile\.\s+settings\.ts\(1,14\): error TS2322: Type 'string' is not assignable to type 'number'/,
  );
});

test("a program without Pulumi's library is refused", async () => {
  const of = await project(twoFiles);
  await rm(join(of.root, "node_modules"));
  expect(() => compileProgram(of)).toThrow("[PROGRAM_NOT_INSTALLED]");
});

test.each<[string, Readonly<Record<string, string>>]>([
  ["of another language", { "Pulumi.yaml": "name: fleet\nruntime: yaml\n" }],
  [
    "with a loader of its own",
    {
      "Pulumi.yaml":
        "name: fleet\nruntime: { name: nodejs, options: { nodeargs: --import tsx } }\n",
    },
  ],
])("a program %s is run by pulumi", async (_, files) => {
  expect(wayOfProject(await project({ ...twoFiles, ...files }))).toBe("by pulumi");
});

test("a stack with an environment of Pulumi ESC is run by pulumi, its neighbours are not", async () => {
  const of = await project({
    ...twoFiles,
    "Pulumi.acme-prod.yaml": "environment: [acme]\n",
    "Pulumi.acme-dev.yaml": "config: {}\n",
  });
  const way = wayOfProject(of);
  const ways = ["acme-prod", "acme-dev"].map((name) =>
    wayOfStack(way, { name, file: join(of.root, `Pulumi.${name}.yaml`) }),
  );
  expect(ways).toEqual(["by pulumi", "inside"]);
});
