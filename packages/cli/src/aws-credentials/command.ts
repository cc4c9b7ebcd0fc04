import type { Command } from "commander";
import { requestOptions } from "./request-options.ts";

/** Declares `opconnect aws-credentials` and its subcommands. */
export function addAwsCredentials(program: Command): void {
  const command = program
    .command("aws-credentials")
    .description("Print AWS credentials from a 1Password item, as a credential_process does")
    .addHelpText("after", example)
    .action(async (_, { args }: Command) => {
      if (args.length > 0) command.error(`error: unknown command '${args[0]}'`, { exitCode: 2 });
      const { printCredentials } = await import("./print-credentials.ts");
      await printCredentials(byName(command.opts()));
    });
  for (const { name, value, description } of requestOptions) {
    command.option(value === undefined ? `--${name}` : `--${name} <${value}>`, description);
  }
}

/** Commander names options in camel case, and a switch `--no-x` by its opposite. */
export function byName(given: Readonly<Record<string, unknown>>): Record<string, string | boolean> {
  return Object.fromEntries(
    requestOptions.flatMap(({ name }) => {
      const isNegative = name.startsWith("no-");
      const key = (isNegative ? name.slice(3) : name).replaceAll(/-(.)/g, (_, letter: string) =>
        letter.toUpperCase(),
      );
      const value = isNegative ? given[key] === false : given[key];
      return typeof value === "string" || value === true ? [[name, value]] : [];
    }),
  );
}

const example = `
In ~/.aws/config:

  [default]
  credential_process = opconnect aws-credentials --item "AWS Access Key" --vault Engineering`;
