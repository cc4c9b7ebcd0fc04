import { chmod, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { listStacks } from "./list.ts";
import { readProject } from "./project.ts";

const ls = (names: readonly string[]) => JSON.stringify(names.map((name) => ({ name })));

/** A project of two stacks, one of them with a tag. */
async function project() {
  const root = await realpath(await mkdtemp(join(tmpdir(), "opconnect-list-")));
  onTestFinished(() => rm(root, { recursive: true }));
  await writeFile(join(root, "Pulumi.yaml"), "name: fleet\nruntime: nodejs\n");
  const tagged = `*--tag\\ team=platform*) echo '${ls(["acme-prod"])}';;\n*--tag*) echo '[]';;`;
  const script = `#!/bin/sh\ncase "$*" in\n${tagged}\n*) echo '${ls(["acme-prod", "globex-prod"])}';;\nesac\n`;
  await writeFile(join(root, "pulumi"), script);
  await chmod(join(root, "pulumi"), 0o755);
  vi.stubEnv("PATH", [root, process.env.PATH].join(delimiter));
  return readProject(root);
}

test("only stacks that have all tags are listed", async () => {
  const { stacks } = await listStacks(await project(), ["team=platform"]);
  expect(stacks.map(({ name }) => name)).toEqual(["acme-prod"]);
});

test("tags that no stack has are named, and not taken for a project without stacks", async () => {
  const listed = listStacks(await project(), ["team=platform", "team"]);
  await expect(listed).rejects.toMatchObject({ code: "STACK_NONE_MATCHED" });
  await expect(listed).rejects.toThrow('"team=platform", "team"');
});
