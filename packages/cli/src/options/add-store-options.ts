import type { Command } from "commander";

/** Adds the options that say which store and which convention are meant. */
export function addStoreOptions(command: Command): Command {
  return command
    .option("--region <region>", "AWS region of the secrets")
    .option("--profile <profile>", "AWS profile that reads them")
    .option("--role-arn <arn>", "AWS role to assume for them")
    .option("--age-folder <folder>", "folder of age files instead of AWS Secrets Manager")
    .option(
      "--template <kind=template>",
      "template of the convention that the program overrides",
      collected,
    );
}

/** Collects an option that may be given several times. */
export function collected(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}
