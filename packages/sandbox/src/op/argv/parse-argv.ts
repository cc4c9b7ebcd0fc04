import { Command, CommanderError } from "commander";
import type { OpCommand } from "../op-command.ts";
import { OpFailure } from "../op-failure.ts";
import { type OpOptions, opOptions } from "./options.ts";

/** What was called, or the text that `--help` and `--version` print. */
export type ParsedArgv =
  | {
      readonly command: OpCommand;
      readonly args: readonly string[];
      readonly options: OpOptions;
      readonly usage: string;
    }
  | { readonly text: string };

/** Real `op --version` prints digits only. [S] */
export const opVersion = "2.39.0";

/**
 * Parses arguments as `op` does: global flags anywhere, `ls`, `rm` and `remove` as aliases.
 * @throws OpFailure in the words of Go's cobra library, which `op` is built on. [?]
 */
export function parseArgv(argv: readonly string[], commands: readonly OpCommand[]): ParsedArgv {
  let printed = "";
  const print = (text: string): void => {
    printed += text;
  };
  let parsed: ParsedArgv | undefined;
  const program = new Command("op")
    .version(opVersion, "-v, --version")
    .exitOverride()
    .configureOutput({ writeOut: print, writeErr: print, outputError: () => {} });
  for (const flags of globalFlags) addOption(program, flags);
  for (const command of commands) {
    const [declared, args] = declare(program, command);
    declared.action(() => {
      const options = opOptions({ ...program.opts(), ...declared.opts() });
      const usage = `Usage:  ${fullName(declared)} ${args} [flags]`.replace("  [", " [");
      parsed = { command, args: declared.args, options, usage };
    });
  }
  try {
    program.parse(
      argv.map(plainSwitch).flatMap((arg) => arg ?? []),
      { from: "user" },
    );
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // A group without its command prints its help.
    if (error.exitCode !== 0 && error.code !== "commander.help") throw cobraFailure(error);
  }
  return parsed ?? { text: printed };
}

const globalFlags = [
  "--account <account>",
  "--cache",
  "--config <directory>",
  "--debug",
  "--encoding <type>",
  "--format <format>",
  "--iso-timestamps",
  "--no-color",
  "--session <token>",
];

function declare(program: Command, command: OpCommand): [Command, string] {
  const words = command.name.split(" ");
  const last = words.pop() ?? "";
  const parent = words.reduce(findOrAddGroup, program);
  const args = command.args ?? "";
  const declared = parent.command(`${last} ${args}`.trim()).allowExcessArguments(false);
  for (const alias of aliases[last] ?? []) declared.alias(alias);
  for (const flags of command.flags ?? []) addOption(declared, flags);
  return [declared, args];
}

function findOrAddGroup(parent: Command, word: string): Command {
  const group = parent.commands.find((each) => each.name() === word);
  return group ?? parent.command(word);
}

/** Every flag with a value collects, as Go's slices do; who wants one takes the last. */
function addOption(command: Command, flags: string): void {
  if (!flags.includes("<")) command.option(flags);
  else {
    const collect = (value: string, before?: readonly string[]) => [...(before ?? []), value];
    command.option(flags, "", collect);
  }
}

const aliases: Readonly<Record<string, readonly string[]>> = {
  list: ["ls"],
  delete: ["remove", "rm"],
};

/** Go switches take `--cache=false`, which commander does not know; off is the same as absent. */
function plainSwitch(arg: string): string | undefined {
  const [, flag, value] = /^(--[a-z-]+)=(true|false)$/.exec(arg) ?? [];
  if (flag === undefined || flag === "--allow-admins-to-manage") return arg;
  return value === "true" ? flag : undefined;
}

function fullName(command: Command): string {
  return command.parent ? `${fullName(command.parent)} ${command.name()}` : command.name();
}

function cobraFailure({ code, message }: CommanderError): OpFailure {
  const quoted = /'([^']*)'/.exec(message)?.[1] ?? "";
  const name = quoted.split(" ")[0] ?? "";
  switch (code) {
    case "commander.unknownCommand":
      return new OpFailure(`unknown command "${name}" for "op"`);
    case "commander.unknownOption":
      return new OpFailure(`unknown flag: ${name}`);
    case "commander.optionMissingArgument":
      return new OpFailure(`flag needs an argument: ${/--[a-z-]+/.exec(quoted)?.[0] ?? name}`);
    case "commander.missingArgument":
      return new OpFailure("accepts 1 arg(s), received 0");
    case "commander.excessArguments":
      return new OpFailure(`accepts ${counts(message).join(" arg(s), received ")}`);
    default:
      return new OpFailure(message);
  }
}

function counts(message: string): readonly string[] {
  return message.match(/\d+/g) ?? [];
}
