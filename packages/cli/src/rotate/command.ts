import type { Command } from "commander";
import { helpText } from "../terminal/help-text.ts";
import { collected } from "../terminal/options/collected.ts";

export function addRotate(program: Command): void {
  program
    .command("rotate")
    .description("Replace an environment's Connect tokens, or its Connect server with all of them")
    .argument("[stacks...]", 'Pulumi stacks, e.g. acme-prod, or globs, e.g. "acme-*"')
    .option("--all", "all stacks of the project")
    .option("--client <client>", "only stacks of this client (repeatable)", collected, [])
    .option("--environment <name>", "only stacks of this environment (repeatable)", collected, [])
    .option("--token <consumer>", "only the token of one consumer, e.g. operator")
    .option("--server", "the Connect server too, and so its credentials file and every token")
    .option("--waves <words>", 'of many: which first, e.g. "canary,10%,rest"')
    .option("--journal <file>", "of many: where it is kept what was done")
    .option("--cwd <folder>", "folder of the Pulumi project", ".")
    .option("-y, --yes", "do not ask before updates")
    .option("--json", "print one JSON object")
    .addHelpText("after", helpText(help))
    .action(async (stacks: string[], options: unknown) => {
      const { rotate } = await import("./rotate.ts");
      await rotate(stacks, options);
    });
}

const help = `
Without --token or --server every token is replaced, and the server stays.
New ones are made and rolled out first; the old ones are revoked once the operator works with the
new. It runs \`pulumi up\`, which carries out other changes of the program as well. Interrupted
anywhere, \`pulumi up\` or the same command again brings it to its end.

Of many stacks, one is updated after the other, and the first that fails ends it. A wave is those
that say so in their configuration (opconnect:wave), a share of all, or rest. The same command again
goes on where it stopped: what was minted since the first run began is not replaced again.

Exit codes: 0 replaced, old ones revoked · 1 not, or not yet · 64 wrong usage
`;
