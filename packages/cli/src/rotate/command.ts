import type { Command } from "commander";

export function addRotate(program: Command): void {
  program
    .command("rotate")
    .description("Replace an environment's Connect tokens, or its Connect server with all of them")
    .argument("<stack>", "Pulumi stack of the environment, e.g. acme-prod")
    .option("--token <consumer>", "only the token of one consumer, e.g. operator")
    .option("--server", "the Connect server too, and so its credentials file and every token")
    .option("--cwd <folder>", "folder of the Pulumi project", ".")
    .option("-y, --yes", "do not ask before the update")
    .option("--json", "print one JSON object")
    .addHelpText("after", help)
    .action(async (stack: string, options: unknown) => {
      const { rotate } = await import("./rotate.ts");
      await rotate(stack, options);
    });
}

const help = `
Without --token or --server every token is replaced, and the server stays.
New ones are made and rolled out first; the old ones are revoked once the operator works with the
new. It runs \`pulumi up\`, which carries out other changes of the program as well. Interrupted
anywhere, \`pulumi up\` or the same command again brings it to its end.

Exit codes: 0 replaced, old ones revoked · 1 not, or not yet · 2 wrong usage
`;
