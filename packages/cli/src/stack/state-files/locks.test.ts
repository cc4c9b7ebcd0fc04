import { spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readLocks } from "./locks.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "locks-test-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const ended = spawnSync(process.execPath, ["--version"]).pid;
const lock = { username: "ann", hostname: hostname(), timestamp: "2026-05-05T12:00:00Z" };

test.each([
  ["of a process that has ended is left over", { ...lock, pid: ended }, true],
  ["of a process that runs is not", { ...lock, pid: process.pid }, false],
  ["of another machine may be held", { ...lock, hostname: "elsewhere", pid: ended }, false],
  ["that tells nothing may be held", "", false],
])("a lock %s", async (_, content, isLeftOver) => {
  await writeFile(join(folder, "one.json"), content === "" ? "" : JSON.stringify(content));
  await writeFile(join(folder, "one.json.attrs"), "");
  expect(await readLocks(folder)).toMatchObject([{ isLeftOver }]);
});

test("a stack that was never locked has no lock", async () => {
  expect(await readLocks(join(folder, "none"))).toEqual([]);
});
