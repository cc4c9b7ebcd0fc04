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
  ["names a process that is not here", { ...lock, pid: ended }, true],
  ["names one that runs", { ...lock, pid: process.pid }, false],
  ["names one of another machine", { ...lock, hostname: "elsewhere", pid: ended }, false],
  ["tells nothing", "", false],
])("a lock %s", async (_, content, isMissing) => {
  await writeFile(join(folder, "one.json"), content === "" ? "" : JSON.stringify(content));
  await writeFile(join(folder, "one.json.attrs"), "");
  expect(await readLocks(folder)).toMatchObject([{ isMissing }]);
});

test("a stack that was never locked has no lock", async () => {
  expect(await readLocks(join(folder, "none"))).toEqual([]);
});
