import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findOnPath } from "./find-on-path.ts";

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "opconnect-path-"));
});
afterEach(() => rm(dir, { recursive: true }));

test("the first folder that holds an executable of the name wins", async () => {
  const first = await folderWith("tool", 0o755);
  const second = await folderWith("tool", 0o755);
  expect(findOnPath("tool", [first, second].join(delimiter))).toBe(join(first, "tool"));
});

test("a file that may not be executed is passed over, and so is a folder", async () => {
  const plain = await folderWith("tool", 0o644);
  const folder = join(dir, "holds-folder");
  await mkdir(join(folder, "tool"), { recursive: true });
  const good = await folderWith("tool", 0o755);
  expect(findOnPath("tool", [plain, folder, good].join(delimiter))).toBe(join(good, "tool"));
});

test("empty and missing folders on PATH are no match", () => {
  expect(findOnPath("tool", ["", join(dir, "missing")].join(delimiter))).toBeUndefined();
});

async function folderWith(name: string, mode: number): Promise<string> {
  const folder = await mkdtemp(join(dir, "bin-"));
  await writeFile(join(folder, name), "#!/bin/sh\n");
  await chmod(join(folder, name), mode);
  return folder;
}
