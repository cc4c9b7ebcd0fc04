import type { Command } from "commander";
import { helpText } from "../terminal/help-text.ts";
import { addStoreOptions } from "../terminal/options/store.ts";

export function addOrphans(program: Command): void {
  const command = program
    .command("orphans")
    .description("List Connect servers and tokens that no secret of the credential store claims")
    .argument("[ids...]", "only these servers and tokens")
    .option("--client <client>", "only those of one client")
    .option("--environment <environment>", "only those of one environment")
    .option("--delete", "revoke and delete them, after a confirmation")
    .option("-y, --yes", "do not ask before deleting")
    .option("--settled <age>", "age from which on one is no work in progress", "1h")
    .option("--json", "print one JSON object");
  addStoreOptions(command)
    .addHelpText("after", helpText(help))
    .action(async (ids: string[], options: unknown) => {
      const { orphans } = await import("./orphans.ts");
      await orphans(ids, options);
    });
}

const help = `
A claim is the tag by which a secret names its server or token. It is looked for in one account and
region (or folder) of one store: what an environment elsewhere claims looks like an orphan here. So
--delete takes by itself only orphans of environments that this store knows, and none where the store
is behind 1Password, as a clone that was not pulled; others are deleted when they are named by id.

Exit codes: 0 none of known environments, or all deleted · 1 some left · 64 wrong usage
`;
