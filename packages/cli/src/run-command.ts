import { readFile } from "node:fs/promises";
import { hasCode } from "@opconnect/core/has-code";
import { unwritable } from "@opconnect/core/writing-file";
import { type Command, CommanderError } from "commander";
import { createProgram } from "./program.ts";
import { reportFailure, wrongUsage } from "./terminal/failure.ts";
import { Interrupted } from "./terminal/interrupted.ts";
import { hasPrinted, print } from "./terminal/output/print.ts";

/**
 * Runs the command that the arguments name.
 * @returns Exit code: 0 done, 1 failed, or what the command set, {@link wrongUsage}, and 130 where
 * the user ended it at a question.
 */
export async function runCommand(argv: readonly string[]): Promise<number> {
  outliveReaders();
  const program = createProgram(await ownVersion());
  try {
    await program.parseAsync(argv, { from: "user" });
    return Number(process.exitCode ?? 0);
  } catch (error) {
    if (error instanceof Interrupted) return 130;
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    if (printsJson(program, argv) && !hasPrinted()) {
      const { renderFailureJson } = await import("./terminal/output/failure.ts");
      print(renderFailureJson(error));
    }
    return error instanceof CommanderError ? wrongUsage : reportFailure(error);
  }
}

/** Whether standard output was to take JSON: of a command whose `--json` names no file. */
function printsJson(program: Command, argv: readonly string[]): boolean {
  let command = program;
  for (const word of argv) {
    command = command.commands.find((each) => each.name() === word) ?? command;
  }
  const option = command.options.find(({ long }) => long === "--json");
  return option?.required === false && argv.includes("--json");
}

/**
 * A pipe whose reader has gone, a terminal that was closed, or a log on a full disk ends no work in
 * the middle. That a result could not be written where it was sent to is a failure.
 */
function outliveReaders(): void {
  const isGone = (error: Error) => hasCode(error, "EPIPE") || hasCode(error, "EIO");
  process.stderr.on("error", (error) => {
    if (!isGone(error) && unwritable("Standard error", error) === undefined) throw error;
  });
  process.stdout.on("error", (error) => {
    if (isGone(error)) return;
    const refusal = unwritable("Standard output", error);
    if (refusal === undefined) throw error;
    reportFailure(refusal);
    process.once("exit", () => {
      process.exitCode = 1;
    });
  });
}

async function ownVersion(): Promise<string> {
  const manifest = await readFile(new URL("../package.json", import.meta.url), "utf8");
  return String(JSON.parse(manifest).version);
}
