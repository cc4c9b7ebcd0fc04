import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readLogEnd, startProcess } from "../processes/start-process.ts";

/** A program that builds a tool: where it runs, and what to say when it is not installed. */
export interface BuildCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** What a person does when `command` is missing. */
  readonly remedy: string;
}

/**
 * Runs one build command and returns what it printed. It never outlives this process.
 * @throws an Error with the remedy if the command is not installed, else with the end of its output.
 */
export async function runBuildCommand(build: BuildCommand): Promise<string> {
  const { command, args, cwd, env = {}, remedy } = build;
  const dir = await mkdtemp(join(tmpdir(), "opconnect-build-"));
  const logFile = join(dir, "log");
  const statusFile = join(dir, "status");
  try {
    const building = startProcess({
      name: command,
      command: "/bin/sh",
      args: ["-c", KEEP_STATUS, "sh", statusFile, command, ...args],
      env: { ...process.env, ...env },
      cwd,
      logFile,
      graceSeconds: 1,
    });
    await building.waitForEnd();
    const status = existsSync(statusFile) ? Number(readFileSync(statusFile, "utf8")) : undefined;
    if (status === 0) return readFileSync(logFile, "utf8");
    if (status === NOT_FOUND) throw new Error(`\`${command}\` is not installed. ${remedy}`);
    const end = readLogEnd(logFile, 20);
    throw new Error(`\`${command} ${args.join(" ")}\` failed (exit ${status}). ${remedy}\n${end}`);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

// A supervised process takes its whole group along when it ends, and with it its exit status.
const KEEP_STATUS = 'file=$1; shift; "$@"; echo $? >"$file"';
const NOT_FOUND = 127;
