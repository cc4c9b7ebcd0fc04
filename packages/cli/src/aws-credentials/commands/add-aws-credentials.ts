import type { Command } from "commander";
import { helpText } from "../../terminal/help-text.ts";
import type { OptionValues } from "../session/request.ts";
import { requestOptions } from "../session/request-options.ts";

export function addAwsCredentials(program: Command): void {
  const command = program
    .command("aws-credentials")
    .description("Print AWS credentials from a 1Password item, as a credential_process does")
    .enablePositionalOptions()
    .addHelpText("after", helpText(example))
    .action(async () => {
      const { printCredentials } = await import("./print-credentials.ts");
      await printCredentials(byName(command));
    });
  addRequestOptions(command);

  const setup = command
    .command("setup")
    .description("Set up item and profile, test them, and remove the access key in clear")
    .option("--profile <name>", "profile of ~/.aws/config to write", "default")
    .option("--import", "take the profile's access key from ~/.aws/credentials into the item")
    .option("--no-import", "do not")
    .option("--access-key-id <id>", "access key id, where the item has none")
    .option("--mfa-serial <arn>", "ARN of the MFA device, where the item has none")
    .option("--from-stdin", "read what the item lacks as JSON from standard input")
    .option("--remove-clear-keys", "remove the access key in clear after the test")
    .option("--no-remove-clear-keys", "leave it")
    .option("--command <path>", "program for the profile to run (default: opconnect)")
    .option("-y, --yes", "do not ask before changing anything")
    .addHelpText("after", helpText(setupHelp))
    .action(async () => {
      const { setUp } = await import("../setup/set-up.ts");
      await setUp(byName(setup), setup.opts());
    });
  addRequestOptions(setup);

  command
    .command("status")
    .description("Show the profiles that use this, their sessions, caches and last errors")
    .option("--json", "print JSON")
    .addHelpText("after", helpText(statusHelp))
    .action(async (options: { json?: boolean }) => {
      const { printStatus } = await import("./print-status.ts");
      await printStatus(options);
    });

  const clear = command
    .command("clear")
    .description("Drop the cached sessions of one item, or of all that profiles use")
    .addHelpText("after", helpText(clearHelp))
    .action(async () => {
      const { clearSessions } = await import("./clear-sessions.ts");
      await clearSessions(byName(clear));
    });
  addRequestOptions(clear);
}

function addRequestOptions(command: Command): void {
  for (const option of Object.entries(requestOptions)) command.option(...option);
}

/** The options by the names that they have in the command line. */
function byName(command: Command): OptionValues {
  return Object.fromEntries(
    command.options.map((option) => {
      const value = command.getOptionValue(option.attributeName());
      return [option.name(), option.negate ? value === false : value];
    }),
  );
}

const example = `
In ~/.aws/config:

  [default]
  credential_process = opconnect aws-credentials --item "AWS Access Key" --vault Engineering

Or let \`opconnect aws-credentials setup\` write it.

Exit codes: 0 printed · 1 failed · 64 wrong usage`;

const setupHelp = `
With --from-stdin, standard input is a JSON object with any of "accessKeyId",
"secretAccessKey", "mfaSerial" and "oneTimePassword" (base32 or otpauth://).

Exit codes: 0 set up · 1 not · 64 wrong usage`;

const statusHelp = `
Exit codes: 0 all is well with each · 1 not · 64 wrong usage`;

const clearHelp = `
Exit codes: 0 dropped · 1 not · 64 wrong usage`;
