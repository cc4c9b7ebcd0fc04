import type { Command } from "commander";
import { helpText } from "../terminal/help-text.ts";
import { addPolicyPackOptions } from "../terminal/options/policy-packs.ts";

export function addUp(program: Command): void {
  const command = program
    .command("up")
    .description("Apply to all stacks of a report what was reviewed, and nothing else")
    .requiredOption("--reviewed <file>", "report of `opconnect preview --json` that was reviewed")
    .option("--waves <waves>", "which stacks come first, e.g. canary,10%,rest", "rest")
    .option("--journal <file>", "where is kept what was done; beside the report by default")
    .option("--cwd <folder>", "folder of the Pulumi project", ".")
    .option("--timeout <duration>", "how long the preview of one stack may take, e.g. 15m", "10m");
  addPolicyPackOptions(command)
    .option("-y, --yes", "do not ask before a wave")
    .option("--json", "print one JSON object")
    .addHelpText("after", helpText(help))
    .action(async (options: unknown) => {
      const { up } = await import("./up.ts");
      await up(options);
    });
}

const help = `
Each stack is previewed afresh. If that is not what was reviewed, because the program, the
configuration or the stack has changed since, it is refused before anything changes; else exactly that
plan is applied. The first stack that fails or is refused ends it. The same command again goes on from
there: what was done is not done twice.

A wave is a name that stacks have as \`opconnect:wave\` in their configuration, a share of all stacks
(10%), or the rest. Stacks in no wave are left for another run with the same journal.

Exit codes: 0 all of the waves applied · 1 not, or not all · 64 wrong usage
`;
