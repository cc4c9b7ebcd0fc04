import { ConnectError } from "@opconnect/core/connect-error";
import { withoutSecrets } from "@opconnect/core/without-secrets";
import { Command, Help } from "commander";
import { addAdopt } from "./adopt/command.ts";
import { addAwsCredentials } from "./aws-credentials/commands/add-aws-credentials.ts";
import { addDoctor, addKeys, addVerify } from "./health/command.ts";
import { addMint } from "./mint/command.ts";
import { addOrphans } from "./orphans/command.ts";
import { addDrift, addPreview } from "./preview/command.ts";
import { addReport } from "./report/command.ts";
import { addRotate } from "./rotate/command.ts";
import { addStatus } from "./status/command.ts";
import { addUp } from "./up/command.ts";

/**
 * The program with all its commands, each of which throws instead of ending the process. The files
 * that declare them are read on every start, so they import next to nothing; the action of a command
 * imports what it needs.
 */
export function createProgram(version: string): Command {
  const program = new Command("opconnect")
    .description(
      "Preview, deploy and look after 1Password Connect environments; get AWS credentials from 1Password",
    )
    .version(version)
    // Options stand behind the command they belong to: `aws-credentials` has those of its `setup`.
    .enablePositionalOptions()
    .exitOverride()
    .configureHelp({
      // That an option is not given says the usage; "(default: [])" would only puzzle.
      optionDescription: (option) =>
        [option.defaultValue].flat().length === 0
          ? option.description
          : new Help().optionDescription(option),
    })
    .configureOutput({ writeErr: (text) => process.stderr.write(withoutSecrets(text)) })
    .showHelpAfterError("Run the command with --help to see what it takes.");
  for (const add of [
    addPreview,
    addDrift,
    addReport,
    addUp,
    addMint,
    addStatus,
    addDoctor,
    addVerify,
    addKeys,
    addRotate,
    addAdopt,
    addOrphans,
    addAwsCredentials,
  ])
    add(program);
  program.hook("preAction", (_, command) => refuseEmptyTexts(command));
  return program;
}

/**
 * Refuses an argument and an option's value without a text in it: an unset variable of a script,
 * which must not mean what is meant where nothing is given.
 */
function refuseEmptyTexts(command: Command): void {
  const given = command.options.map((option) => ({
    name: option.long ?? option.flags,
    value: command.getOptionValue(option.attributeName()),
  }));
  const args = command.args.map((value) => ({ name: "an argument", value }));
  const empty = [...args, ...given].find(({ value }) =>
    [value].flat().some((text) => typeof text === "string" && text.trim() === ""),
  );
  if (empty === undefined) return;
  throw new ConnectError(
    "ARGUMENT_INVALID",
    `\`${command.name()}\` is given ${empty.name} without a text.`,
    "Pass one, or leave it out where that is possible: a variable of a script may not be set.",
  );
}
