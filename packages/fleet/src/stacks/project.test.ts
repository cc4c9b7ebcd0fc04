import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { readProject } from "./project.ts";

async function projectFolder(text: string | undefined): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "opconnect-project-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  await mkdir(join(folder, "clients/src"), { recursive: true });
  await writeFile(join(folder, "clients/src/main.ts"), "");
  if (text !== undefined) await writeFile(join(folder, "Pulumi.yaml"), text);
  return folder;
}

test("a project is found from a folder inside it", async () => {
  const root = await projectFolder("name: fleet\nruntime: nodejs\nmain: clients\n");
  expect(await readProject(join(root, "clients/src"))).toEqual({
    name: "fleet",
    root,
    file: join(root, "Pulumi.yaml"),
    programFolder: join(root, "clients"),
    entryPoint: ".",
    stackFolder: root,
    runtime: "nodejs",
    runtimeOptions: {},
  });
});

test("a program that is a file runs in the folder of that file", async () => {
  const root = await projectFolder(
    "name: fleet\nruntime: { name: nodejs, options: { typescript: false } }\nmain: clients/src/main.ts\nstackConfigDir: stacks\n",
  );
  expect(await readProject(root)).toMatchObject({
    programFolder: join(root, "clients/src"),
    entryPoint: "main.ts",
    stackFolder: join(root, "stacks"),
    runtimeOptions: { typescript: false },
  });
});

test.each([
  ["name: [", "is not YAML"],
  ["name: fleet\n", "`runtime`"],
  ["name: fleet\nruntime: nodejs\nmain: nowhere\n", "its `main` names"],
])("%j is refused", async (text, reason) => {
  await expect(readProject(await projectFolder(text))).rejects.toMatchObject({
    code: "PROJECT_INVALID",
    happened: expect.stringContaining(reason),
  });
});

test("a folder outside any project is refused", async () => {
  await expect(readProject(await projectFolder(undefined))).rejects.toMatchObject({
    code: "PROJECT_INVALID",
    remedy: "Name the folder of the Pulumi project with `--cwd`.",
  });
});
