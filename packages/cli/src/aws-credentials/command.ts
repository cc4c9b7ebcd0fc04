import type { Command } from "commander";

/** Declares `opconnect aws-credentials`. */
export function addAwsCredentials(program: Command): void {
  program
    .command("aws-credentials")
    .description("Print AWS credentials from a 1Password item, as a credential_process does");
}
