import type { Command } from "commander";
import { helpText } from "../terminal/help-text.ts";
import { collected } from "../terminal/options/collected.ts";

export function addMint(program: Command): void {
  program
    .command("mint")
    .description(
      "Mint what environments need from 1Password into the credential store, and no more",
    )
    .argument("[stacks...]", 'names of stacks, or globs, e.g. "acme-*"; all that have a stack file')
    .option("--client <client>", "only stacks of this client (repeatable)", collected, [])
    .option("--environment <name>", "only stacks of this environment (repeatable)", collected, [])
    .option("--cwd <folder>", "folder of the Pulumi project", ".")
    .option("--timeout <duration>", "how long the program of one stack may take, e.g. 15m", "10m")
    .option("--dry-run", "only say what would be minted")
    .option("-y, --yes", "do not ask before minting")
    .option("--json", "print one JSON object")
    .addHelpText("after", helpText(help))
    .action(async (stacks: string[], options: unknown) => {
      const { mint } = await import("./mint.ts");
      await mint(stacks, options);
    });
}

const help = `
For a person who is signed in to \`op\` and may create Connect servers. What is needed follows from the
program and its configuration, the credential store and 1Password: no kubeconfig and no state, and a
login to Pulumi's backend only where a stack file has encrypted values. The next \`pulumi up\`, on a
machine without \`op\`, adopts it. What it replaces stays valid until then; minting again afterwards
revokes it. Interrupted anywhere, the same command goes on.

Exit codes: 0 all is there · 1 some is not · 64 wrong usage
`;
