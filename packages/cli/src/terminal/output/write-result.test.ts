import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { writeResult } from "./write-result.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "write-result-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
});

test("a result takes the place of an older one, with its mode, and through a link", async () => {
  const file = join(folder, "report.json");
  await writeFile(file, "old", { mode: 0o640 });
  await symlink(file, join(folder, "link.json"));
  await writeResult(join(folder, "link.json"), "new");
  expect(await readFile(file, "utf8")).toBe("new");
  expect((await stat(file)).mode & 0o777).toBe(0o640);
  expect((await readdir(folder)).sort()).toEqual(["link.json", "report.json"]);
});

test("a device is written to, and stays one", async () => {
  await expect(writeResult("/dev/full", "text")).rejects.toThrow("[FILE_UNWRITABLE]");
  expect((await stat("/dev/full")).isCharacterDevice()).toBe(true);
});

test("a folder that is not there is said", async () => {
  await expect(writeResult(join(folder, "none/report.json"), "")).rejects.toThrow(
    "its folder is not there",
  );
});

/** Whether this user may mount a disk of its own, which is small. */
function mountSmallDisk(path: string): boolean {
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", path], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

test("on a disk that is full the older result stays whole, and no draft is left", async (context) => {
  const disk = join(folder, "disk");
  await mkdir(disk);
  if (!mountSmallDisk(disk)) return context.skip();
  onTestFinished(() => void execFileSync("umount", [disk]));
  const file = join(disk, "report.json");
  await writeResult(file, "old");
  await expect(writeResult(file, "x".repeat(100_000))).rejects.toThrow("the disk is full");
  expect(await readFile(file, "utf8")).toBe("old");
  expect(await readdir(disk)).toEqual(["report.json"]);
});
