import type { Command } from "commander";
import { helpText } from "../terminal/help-text.ts";
import { collected } from "../terminal/options/collected.ts";

export function addStatus(program: Command): void {
  program
    .command("status")
    .description("Show the environments of a fleet: versions, tokens, and who can read what")
    .argument("[stacks...]", 'names of stacks, or globs, e.g. "acme-*"; all without')
    .option("--client <client>", "only stacks of this client (repeatable)", collected, [])
    .option("--environment <name>", "only stacks of this environment (repeatable)", collected, [])
    .option("--cwd <folder>", "folder of the Pulumi project", ".")
    .option("--reach", "also list which Secrets and namespaces each vault reaches")
    .option("--html <file>", "write one self-contained page")
    .option("--json", "print one JSON object")
    .addHelpText("after", helpText(help))
    .action(async (stacks: string[], options: unknown) => {
      const { status } = await import("./status.ts");
      await status(stacks, options);
    });
}

const help = `
It is told by the states of the stacks and the tags of the credential store alone: no \`op\`, no
cluster, no value of a secret, and no passphrase.

Exit codes: 0 all looked at, nothing due · 1 something is due, or could not be looked at · 64 wrong usage
`;
