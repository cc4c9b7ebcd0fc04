import { access, glob, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";

const repository = join(import.meta.dirname, "../..");

test("a command is there at install, before anything is built", async () => {
  const commands: string[] = [];
  for await (const manifest of glob("packages/*/package.json", { cwd: repository })) {
    const text = await readFile(join(repository, manifest), "utf8");
    const { bin = {} }: { bin?: Record<string, string> } = JSON.parse(text);
    commands.push(...Object.values(bin).map((file) => join(dirname(manifest), file)));
  }
  expect(commands).not.toEqual([]);
  expect(commands.filter((file) => file.includes("/dist/"))).toEqual([]);
  for (const file of commands) await access(join(repository, file));
});
