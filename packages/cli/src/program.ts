import { Command } from "commander";
import { commands } from "./commands.ts";

/** The program with all its commands, each of which throws instead of ending the process. */
export function createProgram(version: string): Command {
  const program = new Command("opconnect")
    .description("AWS credentials from 1Password, and a look after Connect environments")
    .version(version)
    // Options stand behind the command they belong to: `aws-credentials` has those of its `setup`.
    .enablePositionalOptions()
    .exitOverride()
    .showHelpAfterError("Run the command with --help to see what it takes.");
  for (const add of commands) add(program);
  return program;
}
