import type { Command } from "commander";
import { helpText } from "../terminal/help-text.ts";
import { collected } from "../terminal/options/collected.ts";
import { addStoreOptions } from "../terminal/options/store.ts";

export function addAdopt(program: Command): void {
  const command = program
    .command("adopt")
    .description("Print the program that takes over an environment made by hand, without minting")
    .argument("<client/environment>", "what it shall be called, e.g. acme/prod")
    .option("--server <id>", "its Connect server")
    .option("--vault <key=id>", "a vault of it, and what to call it", collected)
    .option("--credentials-secret <name>", "secret that holds its credentials file")
    .option("--token-secret <consumer=name>", "secret that holds a Connect token", collected)
    .option("--connect-url <url>", "its running Connect, to be asked whether it takes the token")
    .option("--json", "print one JSON object");
  addStoreOptions(command)
    .addHelpText("after", helpText(help))
    .action(async (environment: string, options: unknown) => {
      const { adopt } = await import("./adopt.ts");
      await adopt(environment, options);
    });
}

const help = `
It reads 1Password and the credential store, and changes nothing. What is not named is looked up by
tags, by what the token says of itself, and by the convention. The program takes everything over on
the first \`pulumi up\`. \`pulumi import\` cannot: Pulumi hands dynamic resources nothing to read by.

Exit codes: 0 it can be taken over · 1 something speaks against it · 64 wrong usage
`;
