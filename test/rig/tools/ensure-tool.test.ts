import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { ProgressEvent } from "../progress.ts";
import { type BuildTool, ensureTool, toolFolder } from "./ensure-tool.ts";
import type { Tool } from "./tool.ts";

const tool: Tool = {
  kind: "python",
  name: "fixture",
  version: "1.2.3",
  requirement: "fixture",
  minutes: 0,
};
const silent = () => {};
const before = process.env.OPCONNECT_CACHE;

beforeEach(async () => {
  process.env.OPCONNECT_CACHE = await mkdtemp(join(tmpdir(), "opconnect-tools-"));
});
afterEach(async () => {
  await rm(process.env.OPCONNECT_CACHE ?? "", { recursive: true });
  if (before === undefined) delete process.env.OPCONNECT_CACHE;
  else process.env.OPCONNECT_CACHE = before;
});

test("a tool is built once and then found", async () => {
  let builds = 0;
  const build: BuildTool = async (_tool, folder) => {
    builds += 1;
    await writeFile(join(folder, "program"), "");
  };
  const first = await ensureTool(tool, silent, build);
  expect(await ensureTool(tool, silent, build)).toBe(first);
  expect(builds).toBe(1);
  expect(await readdir(first)).toEqual(["program"]);
});

test("of two runs at once one builds, the other says that it waits", async () => {
  let builds = 0;
  const events: ProgressEvent[] = [];
  const build: BuildTool = async () => {
    builds += 1;
    await sleep(400);
  };
  const report = (event: ProgressEvent) => events.push(event);
  await Promise.all([ensureTool(tool, report, build), ensureTool(tool, report, build)]);
  expect(builds).toBe(1);
  const notes = events.filter(({ state }) => state === "note");
  expect(notes.map(({ text }) => text)).toEqual(["another run is building it, waiting"]);
});

test("a build that fails leaves no folder, and the next run builds anew", async () => {
  const failing: BuildTool = async (_tool, folder) => {
    await writeFile(join(folder, "half"), "");
    throw new Error("no network");
  };
  await expect(ensureTool(tool, silent, failing)).rejects.toThrow("no network");
  expect(existsSync(toolFolder(tool))).toBe(false);
  const folder = await ensureTool(tool, silent, (_tool, scratch) =>
    writeFile(join(scratch, "program"), ""),
  );
  expect(await readdir(folder)).toEqual(["program"]);
});

test("the lock of a killed run is taken over", async () => {
  await mkdir(join(toolFolder(tool), ".."), { recursive: true });
  const ensure = join(import.meta.dirname, "ensure-tool.ts");
  const script = `
    import { ensureTool } from ${JSON.stringify(ensure)};
    const build = async () => { console.log("building"); await new Promise(() => {}); };
    setInterval(() => {}, 1000);
    await ensureTool(${JSON.stringify(tool)}, () => {}, build);`;
  const killed = spawn(process.execPath, ["--input-type=module-typescript", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(killed.stdout, "data");
  killed.kill("SIGKILL");
  await once(killed, "exit");
  await ensureTool(tool, silent, async () => {});
  expect(existsSync(toolFolder(tool))).toBe(true);
});
