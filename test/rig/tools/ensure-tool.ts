import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type FileLock, tryFileLock } from "@opconnect/provision/file-lock";
import { cacheFolder } from "../cache-folder.ts";
import { type ReportProgress, runStep } from "../progress.ts";
import { buildGoTool } from "./build-go-tool.ts";
import { buildPythonTool } from "./build-python-tool.ts";
import type { Tool } from "./tool.ts";

/** Fills an empty folder with a tool. */
export type BuildTool = (tool: Tool, folder: string, note: (text: string) => void) => Promise<void>;

/**
 * The folder that holds a built tool. The first run builds it; runs at the same time wait for it.
 * A folder of this name is always complete: a build happens elsewhere and is renamed.
 */
export async function ensureTool(
  tool: Tool,
  report: ReportProgress,
  build: BuildTool = buildTool,
): Promise<string> {
  const folder = toolFolder(tool);
  if (existsSync(folder)) return folder;
  await mkdir(join(folder, ".."), { recursive: true });
  await runStep(report, `build ${tool.name} ${tool.version}`, async (note) => {
    const lock = await lockTool(folder, note);
    try {
      if (existsSync(folder)) return;
      const scratch = `${folder}.building`;
      await rm(scratch, { recursive: true, force: true });
      await mkdir(scratch);
      await build(tool, scratch, note);
      await rename(scratch, folder);
    } finally {
      await lock.release();
    }
  });
  return folder;
}

/** Where a tool is kept, built or not. A change to how it is built makes it another tool. */
export function toolFolder({ minutes: _minutes, ...recipe }: Tool): string {
  const hash = createHash("sha256").update(JSON.stringify(recipe)).digest("hex").slice(0, 8);
  return join(cacheFolder(), "tools", `${recipe.name}-${recipe.version}-${hash}`);
}

async function lockTool(folder: string, note: (text: string) => void): Promise<FileLock> {
  const take = () => tryFileLock(`${folder}.building.lock`);
  let lock = await take();
  if (lock === undefined) note("another run is building it, waiting");
  while (lock === undefined) {
    await sleep(250);
    lock = await take();
  }
  return lock;
}

function buildTool(tool: Tool, folder: string, note: (text: string) => void): Promise<void> {
  return tool.kind === "go" ? buildGoTool(tool, folder, note) : buildPythonTool(tool, folder, note);
}
