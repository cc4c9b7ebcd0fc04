import { readFile } from "node:fs/promises";
import { hasCode } from "@opconnect/core/has-code";
import { CommanderError } from "commander";
import { createProgram } from "./program.ts";
import { reportFailure } from "./terminal/failure.ts";

/**
 * Runs the command that the arguments name.
 * @returns Exit code: 0 done, 1 failed (or what the command set), 2 called wrongly.
 */
export async function runCommand(argv: readonly string[]): Promise<number> {
  outliveReaders();
  try {
    await createProgram(await ownVersion()).parseAsync(argv, { from: "user" });
    return Number(process.exitCode ?? 0);
  } catch (error) {
    const wrongUsage = saysChanges.has(argv[0] ?? "") ? 1 : 2;
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : wrongUsage;
    return Math.min(reportFailure(error), wrongUsage);
  }
}

/** A pipe whose reader has gone, or a terminal that was closed, ends no work in the middle. */
function outliveReaders(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error) => {
      if (!hasCode(error, "EPIPE") && !hasCode(error, "EIO")) throw error;
    });
  }
}

async function ownVersion(): Promise<string> {
  const manifest = await readFile(new URL("../package.json", import.meta.url), "utf8");
  return String(JSON.parse(manifest).version);
}

/** Commands whose exit code 2 says that there are changes: a wrong call must not. */
const saysChanges = new Set(["preview", "drift"]);
