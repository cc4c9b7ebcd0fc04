import { mkdtemp, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { makeFolder } from "./make-folder.ts";

async function room(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "make-folder-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

test("a folder is made with those above it, for this user alone, and once is as twice", async () => {
  const path = join(await room(), "one", "two", "three");
  await Promise.all([makeFolder(path), makeFolder(path)]);
  await makeFolder(path);
  for (const made of [path, join(path, "..")]) expect((await stat(made)).mode & 0o777).toBe(0o700);
});

test("a link to a folder is that folder", async () => {
  const folder = await room();
  await symlink(await room(), join(folder, "link"));
  await makeFolder(join(folder, "link", "below"));
  expect((await stat(join(folder, "link", "below"))).isDirectory()).toBe(true);
});

test("a file in its way is said", async () => {
  const file = join(await room(), "file");
  await writeFile(file, "");
  await expect(makeFolder(file)).rejects.toThrow("EEXIST");
  await expect(makeFolder(join(file, "below"))).rejects.toThrow("ENOTDIR");
});

test.runIf(process.platform === "linux")(
  "a file system that takes no folder is said, and not asked for ever",
  async () => {
    await expect(makeFolder("/proc/nothing/below/it")).rejects.toThrow("ENOENT");
  },
);
